//! The integration tests, one binary: each module is a part of menwei seen from outside.

#[cfg(test)]
mod account;
#[cfg(test)]
mod api;
#[cfg(test)]
mod avatar;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod console;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod db;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod miniprogram;
#[cfg(test)]
mod nginx;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod push;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod server;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod support;
#[cfg(test)]
mod wechat;
