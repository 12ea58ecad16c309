//! The menwei command; everything is in the library.

/// Measured better than the C library's, see `benches/`: each request makes some hundred small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    menwei::cli::run()
}
