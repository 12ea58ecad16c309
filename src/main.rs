//! The menwei command; everything is in the library.

fn main() -> std::process::ExitCode {
    menwei::cli::run()
}
