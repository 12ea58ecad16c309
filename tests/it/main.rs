//! The integration tests, one binary: each module is a part of menwei seen from outside.

#[cfg(test)]
mod databases;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod server;
#[cfg(test)]
mod support;
#[cfg(test)]
mod wechat;
