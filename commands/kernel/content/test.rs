use super::*;

#[test]
fn severities_are_read_and_named() {
    assert_eq!("Moderate".parse(), Ok(Level::Medium));
    let cvss: Cvss = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H".parse().unwrap();
    assert_eq!(Severity::Cvss(cvss).to_string(), "critical (CVSS 9.9)");
    let four = "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N".parse::<Cvss>().unwrap();
    assert_eq!((four.tenths(), four.level()), (59, Some(Level::Medium)));
    for text in ["CVSS:3.1/AV:N", "AV:N/AC:L/Au:N/C:C/I:C/A:C", "", "CVSS:9.9/AV:N"] {
        assert!(text.parse::<Cvss>().is_err(), "{text}");
    }
}

#[test]
fn other_is_other() {
    assert_eq!(Ecosystem::OTHER.as_str(), "other");
}

#[test]
fn packages_are_read_with_the_registries_own_names() {
    assert_eq!("crates.io:wasmtime".parse::<Package>().unwrap().to_string(), "rust:wasmtime");
    for text in ["wasmtime", "rust:", "nowhere:x", "rust:a b"] {
        assert_eq!(text.parse::<Package>(), Err(BadValue::Package), "{text}");
    }
}

#[test]
fn alternatives_of_a_range_become_rows_with_their_own_patched_versions() {
    let package: Package = "rust:wasmtime".parse().unwrap();
    let row = AffectedPackage::parse(package, "<24.0.13 || >= 25.0.0,< 36.0.14", Some("24.0.13||36.0.14"));
    let row = row.unwrap();
    let shown: Vec<_> = row.ranges.iter().map(|r| (r.affected.as_str(), r.patched.as_deref())).collect();
    assert_eq!(shown, [("< 24.0.13", Some("24.0.13")), (">= 25.0.0, < 36.0.14", Some("36.0.14"))]);
}

#[test]
fn ranges_that_mean_nothing_are_refused() {
    for range in ["", "all", "<", "1.2", "< 1.0 ||", "=> 1", "< 1 2"] {
        let package: Package = "rust:wasmtime".parse().unwrap();
        assert!(AffectedPackage::parse(package, range, None).is_err(), "{range}");
    }
    let package: Package = "rust:wasmtime".parse().unwrap();
    let counts = AffectedPackage::parse(package, "< 1 || < 2 || < 3", Some("1 || 2"));
    assert!(matches!(counts, Err(BadValue::Patched { ranges: 3, patched: 2 })));
}
