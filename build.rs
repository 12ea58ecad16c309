//! Embeds `static/`: each file under a name that holds its fingerprint, as it is and compressed.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    // diesel_migrations embeds them, and does not tell cargo
    println!("cargo::rerun-if-changed=migrations");
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let out = Path::new(&out);
    let mut list = String::from("&[\n");
    let mut paths = match fs::read_dir("static") {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?,
        Err(_none) => Vec::new(),
    };
    paths.sort();
    for path in paths.iter().filter(|path| path.is_file()) {
        embed(path, out, &mut list)?;
    }
    list.push(']');
    fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

/// Writes the compressed forms of one file, and its line of the list.
fn embed(path: &Path, out: &Path, list: &mut String) -> Result<(), Box<dyn Error>> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name in static/ is not UTF-8")?;
    let (stem, extension) = name.rsplit_once('.').ok_or("a file in static/ has no extension")?;
    let plain = fs::read(path)?;
    let digest = Sha256::digest(&plain);
    let mut fingerprint = String::new();
    digest.iter().take(6).try_for_each(|byte| write!(fingerprint, "{byte:02x}"))?;

    let mut brotli = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &best)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&plain)?;
    let gzip = gzip.finish()?;

    let (plain_at, brotli_at, gzip_at) =
        (fs::canonicalize(path)?, out.join(format!("{name}.br")), out.join(format!("{name}.gz")));
    fs::write(&brotli_at, brotli)?;
    fs::write(&gzip_at, gzip)?;
    let [plain, brotli, gzip] =
        [&plain_at, &brotli_at, &gzip_at].map(|path| path.to_str().unwrap_or_default());
    writeln!(
        list,
        "Asset {{ source: {name:?}, url: \"/static/{stem}-{fingerprint}.{extension}\", \
         plain: include_bytes!({plain:?}), brotli: include_bytes!({brotli:?}), \
         gzip: include_bytes!({gzip:?}) }},"
    )?;
    Ok(())
}
