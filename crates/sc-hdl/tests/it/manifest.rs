//! Manifests against those of the reference.

use sc_hdl::{Error, Identifier, Manifest};
use sc_online_o1::{Config, Decay};

use crate::golden::{cases, config};

#[test]
fn manifests_are_those_of_the_reference() {
    let mut n_compared = 0;
    for case in cases().iter().filter(|case| case["manifest"].is_object()) {
        let expected = &case["manifest"];
        let name = Identifier::new(case["module_name"].as_str().unwrap()).unwrap();
        let n_synapses = expected["resource_estimate"]["n_synapses"].as_u64();
        let path = expected["verilog_path"].as_str().unwrap();
        let manifest = Manifest::new(&config(case), &name, path, n_synapses).unwrap();
        assert_eq!(&serde_json::to_value(manifest).unwrap(), expected);
        n_compared += 1;
    }
    assert_eq!(n_compared, 8);
}

#[test]
fn keys_are_written_in_the_order_of_the_reference() {
    let name = Identifier::new("a").unwrap();
    let text = serde_json::to_string(&Manifest::new(&Config::DEFAULT, &name, "a.v", None).unwrap()).unwrap();
    let begin = r#"{"schema_version":"sc-neurocore.online-o1.hdl-manifest.v1","module_name":"a","verilog_path":"a.v","#;
    assert!(text.starts_with(begin) && text.ends_with(r#","resource_estimate":null}"#), "{text}");
}

#[test]
fn what_cannot_be_described_is_refused() {
    let name = Identifier::new("a").unwrap();
    assert_eq!(Manifest::new(&Config::DEFAULT, &name, "a.v", Some(0)), Err(Error::NoSynapses));
    let config = Config::DEFAULT.with_decay(Decay::Ceiling);
    assert!(matches!(Manifest::new(&config, &name, "a.v", None), Err(Error::OptInModes { .. })));
}
