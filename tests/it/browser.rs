//! The console in Chromium: what only a real browser shows.

mod accessibility;
mod chromium;
mod journeys;
mod scene;
mod script;
