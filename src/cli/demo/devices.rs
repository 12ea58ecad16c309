//! Devices, as they tell of themselves in their headers, and addresses of the ranges kept for documentation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use actix_web::http::header::{HeaderMap, HeaderValue, REFERER, USER_AGENT};

use super::chance::Chance;
use crate::api::device::Device;

const IPHONE_SYSTEMS: [&str; 6] = ["16_7_10", "17_5_1", "17_6_1", "18_1", "18_6_2", "26_1"];
const ANDROIDS: [(&str, &str); 10] = [
    ("14", "22041211AC Build/UP1A.231005.007"),
    ("15", "23127PN0CC Build/AQ3A.240627.003"),
    ("13", "V2244A Build/TP1A.220624.014"),
    ("12", "ALN-AL00 Build/HUAWEIALN-AL00"),
    ("14", "PHB110 Build/UKQ1.230924.001"),
    ("10", "VOG-AL00 Build/HUAWEIVOG-AL00"),
    ("15", "SM-S9280 Build/AP3A.240905.015"),
    ("13", "RMX3708 Build/TP1A.220905.001"),
    ("14", "PGT-AN10 Build/HONORPGT-AN10"),
    ("11", "M2012K11AC Build/RKQ1.200826.002"),
];
const VERSIONS: [&str; 6] = ["8.0.44", "8.0.49", "8.0.50", "8.0.56", "8.0.61", "8.0.65"];
const RELEASES: [&str; 6] = ["37", "41", "42", "42", "43", "43"];

/// Kinds of devices in one mini-program: people share them, and so do a million rows in memory.
const KINDS: usize = 2000;

/// The devices that are used in a mini-program.
pub fn shelf(chance: &mut Chance, appid: &str) -> Vec<Rc<Device>> {
    (0..KINDS).map(|_| Rc::new(device(chance, appid))).collect()
}

/// One of a user's devices in a mini-program, read from its headers as the API reads them.
fn device(chance: &mut Chance, appid: &str) -> Device {
    let version = chance.pick(&VERSIONS);
    let net = chance.pick(&["WIFI", "5G", "4G"]);
    let tail = format!(
        "MicroMessenger/{version}(0x{:08x}) NetType/{net} Language/zh_CN",
        0x1800_0000 + chance.below(0xff_ffff)
    );
    let kind = chance.below(100);
    let agent = match kind {
        0..44 => {
            let system = chance.pick(&IPHONE_SYSTEMS);
            format!(
                "Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 {tail}"
            )
        }
        44..84 => {
            let (system, model) = chance.pick(&ANDROIDS);
            format!(
                "Mozilla/5.0 (Linux; Android {system}; {model}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300289 {tail} MiniProgramEnv/android"
            )
        }
        84..88 => format!(
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile {tail}"
        ),
        88..92 => format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 {tail} MiniProgramEnv/Windows"
        ),
        92..95 => format!(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 {tail} MiniProgramEnv/Mac"
        ),
        95..98 => format!(
            "Mozilla/5.0 (iPad; CPU OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 {tail}"
        ),
        _ => format!(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) wechatdevtools/1.06.2412050 {tail} webview/1"
        ),
    };
    let release = if kind >= 98 { "devtools" } else { chance.pick(&RELEASES) };
    let referer = format!("https://servicewechat.com/{appid}/{release}/page-frame.html");
    let mut headers = HeaderMap::new();
    for (name, text) in [(USER_AGENT, agent), (REFERER, referer)] {
        // both are visible ASCII
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    Device::of(&headers)
}

/// An address out of 203.0.113.0/24, 198.51.100.0/24 or `2001:db8::/32` (RFC 5737, RFC 3849).
pub fn address(chance: &mut Chance) -> IpAddr {
    let last = 1 + chance.below(254);
    let kind = chance.below(100);
    let v4 = |net: [u8; 3], last: u64| {
        let [a, b, c] = net;
        IpAddr::from(Ipv4Addr::new(a, b, c, u8::try_from(last).unwrap_or(1)))
    };
    match kind {
        0..45 => v4([203, 0, 113], last),
        45..75 => v4([198, 51, 100], last),
        _ => {
            let mut part = || u16::try_from(chance.below(0xffff)).unwrap_or(1);
            Ipv6Addr::new(0x2001, 0xdb8, part(), part(), 0, 0, 0, part()).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_of_client_is_among_the_devices_with_its_versions() {
        let mut chance = Chance::new(1);
        let devices: Vec<Device> = (0..2000).map(|_| device(&mut chance, "wx1")).collect();
        let kinds: BTreeSet<&str> = devices.iter().map(|device| device.client).collect();
        assert_eq!(kinds, BTreeSet::from(["android", "devtools", "harmony", "ios", "mac", "windows"]));
        assert!(devices.iter().all(|one| !one.wechat_version.is_empty() && !one.app_version.is_empty()));
    }
}
