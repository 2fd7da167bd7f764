//! Which names modules may have.

use sc_hdl::{Error, Identifier};

use crate::golden::cases;

#[test]
fn names_are_those_of_the_reference_but_for_one() {
    let mut differ = Vec::new();
    for case in cases().iter().filter(|case| case["kind"] == "module_name") {
        let name = case["name"].as_str().unwrap();
        if Identifier::new(name).is_err() != case["raises"].is_string() {
            differ.push(name.to_owned());
        }
    }
    // The reference knows no word of SystemVerilog, though its text is SystemVerilog.
    assert_eq!(differ, ["logic"]);
}

#[test]
fn what_is_wrong_is_said() {
    for name in ["", "9bad", "a b", "a$b", "a\n", "é", "\\a ", &"a".repeat(65)] {
        assert_eq!(Identifier::new(name), Err(Error::Identifier { name: name.to_owned() }));
    }
    for name in ["module", "wire", "uwire", "logic", "checker", "xor"] {
        let error = Identifier::new(name).unwrap_err();
        assert_eq!(error.to_string(), format!("{name} is a keyword of SystemVerilog"));
    }
    // Keywords are in small letters.
    assert_eq!(Identifier::new("Module").unwrap().to_string(), "Module");
    assert_eq!(Identifier::new("_".repeat(64)).unwrap().as_str().len(), 64);
}
