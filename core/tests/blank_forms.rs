//! A blank form is no PHI, and a filled one is.

use sealwax::Engine;
use sealwax::classify::Category;

/// Blank forms, each with what somebody enters into it.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    (
        "NEW PATIENT INTAKE FORM\nPlease complete this form before your appointment.\n\
         Patient name: ______________   Date of birth: ____/____/______\n\
         Social Security number: ___-__-____   Insurance member ID: ____________\n\
         Do you have any of the following? [ ] diabetes [ ] asthma [ ] hypertension\n\
         Current medications: ______________\nReason for your visit: ______________\n\
         Signature: ______________ Date: ____________\n",
        &[
            ("name: ______________", "name: Maria Lopez"),
            ("___-__-____", "536-90-4399"),
            ("[ ] diabetes", "[x] diabetes"),
        ],
    ),
    (
        "Authorization to release your medical records\nPatient:\nMRN:\nDiagnosis:\nTreating physician:\n\n\
         I authorize the release of my records, including treatment for HIV and mental health.\n",
        &[
            ("Patient:", "Patient: Maria Lopez"),
            ("MRN:", "MRN: 48213377"),
            ("Diagnosis:", "Diagnosis: type 2 diabetes"),
        ],
    ),
];

#[test]
fn a_blank_form_is_no_phi_and_a_filled_one_is() {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    let is_phi = |text: &str| engine.scan_text(text).classification.is(&Category::Phi);
    for (blank, entries) in FORMS {
        assert!(!is_phi(blank), "{blank}");
        let filled = entries.iter().fold((*blank).to_owned(), |form, (field, entry)| {
            form.replacen(field, entry, 1)
        });
        assert!(is_phi(&filled), "{filled}");
    }
}

#[test]
fn a_blank_form_hides_nothing_that_stands_beside_it() {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    let (blank, _) = FORMS[0];
    let body = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\
                Dear Maria, your appointment for your diabetes is on Monday. Maria Lopez, (503) 555-0142\n--b\n\n";
    let raw = format!("{body}{blank}\n--b--\n");
    assert!(engine.scan(raw.as_bytes()).classification.is(&Category::Phi));
}
