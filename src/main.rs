//! The menwei command.

fn main() {}
