//! The console in Chromium: what only a real browser shows.

mod accessibility;
mod chromium;
mod entering;
mod in_bulk;
mod journeys;
pub mod pages;
mod paint;
mod paper;
mod requests;
mod scene;
mod screenshots;
mod script;
