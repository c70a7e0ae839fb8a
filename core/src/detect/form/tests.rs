use proptest::prelude::*;

use super::*;

const BLANK: &str = "Springfield Clinic, new patient form\n\nName: ________ Date of birth: ________\nPhone: ________\n\
    Do you have diabetes? [ ] yes [ ] no\nCurrent medications: ________\nReason for your visit: ________\n\
    Please call (217) 555-0142 with any questions.\nSignature: ________\n";

fn forms() -> Forms {
    let mut builder = FormBuilder::new();
    builder
        .add(
            "other",
            &View::fold(&"these words are of a form that nobody fills in ".repeat(3)),
        )
        .unwrap();
    builder.add("intake", &View::fold(BLANK)).unwrap();
    Forms::read(&builder.finish()).unwrap()
}

fn entered(text: &str) -> Option<Vec<&str>> {
    let entries = forms().entries(&View::fold(text))?;
    Some(entries.into_iter().map(|entry| text.get(entry).unwrap()).collect())
}

#[test]
fn a_blank_form_is_known_and_has_no_entries() {
    for text in [
        BLANK.to_owned(),
        BLANK.to_uppercase(),
        BLANK.replace('\n', " ").replace('_', ""),
        format!("Dear Ann,\n\nplease fill this in.\n\n{BLANK}\n\nKind regards\nThe clinic"),
    ] {
        assert_eq!(entered(&text), Some(vec![]), "{text}");
    }
}

#[test]
fn what_was_entered_is_told_word_by_word() {
    let filled = BLANK
        .replacen("________", "Ann Lee", 1)
        .replacen("________", "May 5, 1975", 1)
        .replacen("[ ] yes", "[x] yes", 1)
        .replace("Signature: ________", "Signature: A. Lee");
    assert_eq!(entered(&filled), Some(vec!["Ann Lee", "May 5, 1975", "x", "A. Lee"]));
    let quoted = format!("Here it is.\n\n{filled}\n\nThanks\nAnn");
    assert_eq!(entered(&quoted).map(|entries| entries.len()), Some(4));
}

#[test]
fn a_form_with_a_piece_missing_is_still_known() {
    let cut = BLANK.replace("Do you have diabetes? [ ] yes [ ] no\n", "");
    assert_eq!(entered(&cut), Some(vec![]));
}

#[test]
fn other_text_is_no_form() {
    for text in [
        "",
        "Name: Ann Lee, date of birth: May 5, 1975",
        "Do you have diabetes? Please call with any questions.",
    ] {
        assert_eq!(entered(text), None, "{text}");
    }
}

#[test]
fn short_forms_and_damaged_bytes_are_refused() {
    let mut builder = FormBuilder::new();
    let error = builder.add("tiny", &View::fold("name and date")).unwrap_err();
    assert_eq!(error, FormError::Short("tiny".into()));
    let mut bytes = builder.finish();
    bytes.push(0);
    assert_eq!(Forms::read(&bytes).unwrap_err(), FormError::Format);
    assert_eq!(Forms::read(b"SEALWAX").unwrap_err(), FormError::Format);
}

#[test]
fn hostile_texts_cost_linear_time() {
    let forms = forms();
    for trap in ["Name: ", "these words are of ", "yes no ", "date of birth "] {
        let text = trap.repeat(50_000);
        let _ = forms.entries(&View::fold(&text));
    }
}

proptest! {
    #[test]
    fn any_entry_is_found(entry in "[a-z]{3,9}( [a-z]{3,9}){0,2}", field in 0..5_usize) {
        let place = BLANK.match_indices("________").nth(field).unwrap().0;
        let filled = format!("{}{entry}{}", BLANK.get(..place).unwrap(), BLANK.get(place + 8..).unwrap());
        let found = entered(&filled).unwrap_or_default().join(" ");
        let own = entry.split(' ').any(|word| BLANK.to_lowercase().contains(word));
        prop_assert!(own || found == entry, "{filled}");
    }
}
