//! The integration tests, one binary: each module is a part of menwei seen from outside.

#[cfg(test)]
mod wechat;
