//! Neighbours of what a label, a secret and a row of numbers look like: each kind with its ways of being written, and with
//! what only looks like it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use sealwax::Engine;
use sealwax::redact::Redaction;
use sealwax::text::Span;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("minimal").unwrap());

/// The types that are found in `text`, with what they take.
fn found(text: &str) -> Vec<(String, String)> {
    let scan = ENGINE.scan_text(text);
    let taken = |span: Span| text.get(span.start..span.end).unwrap_or_default().to_owned();
    let entities = scan.entities.into_iter();
    entities
        .map(|entity| (entity.label, entity.span.map(taken).unwrap_or_default()))
        .collect()
}

fn finds(text: &str, label: &str, value: &str) -> bool {
    found(text)
        .iter()
        .any(|(found, taken)| found == label && taken == value)
}

fn tells_credentials(text: &str) -> bool {
    let credential = ["PASSWORD", "PIN", "SECRET", "PRIVATE_KEY", "SERVICE_TOKEN", "JWT"];
    found(text)
        .iter()
        .any(|(label, _)| credential.contains(&label.as_str()))
}

#[test]
fn a_label_announces_its_value_however_it_is_written() {
    for written in [
        "S.S.N. 219099994",
        "S.S.N.: 219099994",
        "SSN# 219099994",
        "SSN #219099994",
        "SSN No. 219099994",
        "soc. sec. # 219099994",
        "Soc. Sec. No.: 219099994",
        "SSN219099994",
        "patientSsn: \"219099994\"",
        "patient_ssn=219099994",
        "PatientSSN = 219099994",
        "<ssn>219099994</ssn>",
        "social security no: 219099994",
        "{\"name\":\"ssn\",\"value\":\"219099994\"}",
        "- name: SSN\n  value: 219099994",
        "<field name=\"Ssn\" value=\"219099994\"/>",
        "[{\"type\":{\"coding\":[{\"code\":\"SS\",\"display\":\"Social Security number\"}]},\"system\":\"urn:oid:1\",\"value\":\"219099994\"}]",
    ] {
        assert!(finds(written, "US_SSN", "219099994"), "{written}: {:?}", found(written));
    }
    for written in [
        "M.R.N. 00482913",
        "MR# 00482913",
        "MR #00482913",
        "MR No. 00482913",
        "MRN00482913",
        "Pt ID 00482913",
        "Pt. ID: 00482913",
        "ptId=00482913",
        "Med. Rec. # 00482913",
        "medicalRecordNumber: 00482913",
        "{\"key\": \"MRN\", \"value\": \"00482913\"}",
        "{\n  \"type\": {\n    \"text\": \"Medical record number\"\n  },\n  \"value\": \"00482913\"\n}",
        "PID|1||00482913^^^LAKE^MR||OKAFOR^ROSALIND",
        "REF*EA*00482913~",
    ] {
        assert!(finds(written, "MRN", "00482913"), "{written}: {:?}", found(written));
    }
}

#[test]
fn digits_may_be_words_or_look_alikes_behind_a_label() {
    for (text, value) in [
        (
            "SSN two one nine oh nine nine nine nine four",
            "two one nine oh nine nine nine nine four",
        ),
        (
            "her SSN is two one nine, zero nine, nine nine nine four.",
            "two one nine, zero nine, nine nine nine four",
        ),
        (
            "mi SSN: dos uno nueve cero nueve nueve nueve nueve cuatro",
            "dos uno nueve cero nueve nueve nueve nueve cuatro",
        ),
        (
            "SSN : deux un neuf zéro neuf neuf neuf neuf quatre",
            "deux un neuf zéro neuf neuf neuf neuf quatre",
        ),
        (
            "SSN: zwei eins neun null neun neun neun neun vier",
            "zwei eins neun null neun neun neun neun vier",
        ),
        (
            "SSN: dois um nove zero nove nove nove nove quatro",
            "dois um nove zero nove nove nove nove quatro",
        ),
        (
            "SSN: due uno nove zero nove nove nove nove quattro",
            "due uno nove zero nove nove nove nove quattro",
        ),
        ("SSN: 2l9-O9-9994", "2l9-O9-9994"),
        ("ssn 21909999O", "21909999O"),
        ("S.S.N. 2I9 09 9994", "2I9 09 9994"),
    ] {
        assert!(finds(text, "US_SSN", value), "{text}: {:?}", found(text));
    }
    for text in [
        "SSN one of them",
        "two one nine oh nine nine nine nine four",
        "2l9-O9-9994",
        "SSN: Ol",
    ] {
        assert!(!found(text).iter().any(|(label, _)| label == "US_SSN"), "{text}");
    }
}

#[test]
fn a_label_reaches_two_sentences_where_nothing_else_fits() {
    for text in [
        "They want a social security number from us again, as they do. Here you are. 219099994",
        "I do not like to send my SSN by mail, as you may know. It is 219099994.",
        "Please add the SSN to the form that I sent you last week: 219099994",
    ] {
        assert!(finds(text, "US_SSN", "219099994"), "{text}: {:?}", found(text));
    }
    for text in [
        "We never ask for an SSN by mail or on the telephone. Your order 219099994 left.",
        "No SSN is stored here, not even in part. Ask the desk. They know. Call 219099994.",
        "No SSN is stored here, not even in part.\n\n219099994",
        "No SSN is stored here, not even in part. Invoice 219099994 is due.",
    ] {
        assert!(!found(text).iter().any(|(label, _)| label == "US_SSN"), "{text}");
    }
}

#[test]
fn numbers_of_a_visit_a_sample_and_a_prescription_are_identifiers() {
    for (text, label, value) in [
        ("Encounter # 48291003", "ENCOUNTER_NUMBER", "48291003"),
        ("encounterNumber: 48291003", "ENCOUNTER_NUMBER", "48291003"),
        ("Visit No. V-48291003", "ENCOUNTER_NUMBER", "V-48291003"),
        ("CSN 48291003", "ENCOUNTER_NUMBER", "48291003"),
        ("Accession number S26-48291", "ACCESSION_NUMBER", "S26-48291"),
        ("Acc# 20260048291", "ACCESSION_NUMBER", "20260048291"),
        ("Specimen ID: 26-48291-2", "ACCESSION_NUMBER", "26-48291-2"),
        ("accession_no=CR-4829103", "ACCESSION_NUMBER", "CR-4829103"),
        ("Rx# 7712345", "PRESCRIPTION_NUMBER", "7712345"),
        ("Rx No. 7712345", "PRESCRIPTION_NUMBER", "7712345"),
        ("prescription number 7712345-01", "PRESCRIPTION_NUMBER", "7712345-01"),
        ("SSN ending in 9994", "US_SSN", "9994"),
        ("last four of her SSN: 9994", "US_SSN", "9994"),
        ("SSN (last 4): 9994", "US_SSN", "9994"),
        ("ssn_last4=9994", "US_SSN", "9994"),
        ("SSN 912-70-1234", "US_ITIN", "912-70-1234"),
        ("S.S.N. 912701234", "US_ITIN", "912701234"),
        ("DL# 08954796", "US_DRIVER_LICENSE", "08954796"),
        ("Policy # 88-4471-02", "HEALTH_PLAN_ID", "88-4471-02"),
        (
            "NM1*IL*1*OKAFOR*ROSALIND****MI*W379904849~",
            "HEALTH_PLAN_ID",
            "W379904849",
        ),
    ] {
        assert!(finds(text, label, value), "{text}: {:?}", found(text));
    }
    for text in [
        "an encounter with 12 people",
        "Rx 500 mg",
        "specimen 12",
        "card ending in 9994",
        "the visit of 2024-05-01",
    ] {
        let numbers = ["ENCOUNTER_NUMBER", "ACCESSION_NUMBER", "PRESCRIPTION_NUMBER", "US_SSN"];
        assert!(
            !found(text).iter().any(|(label, _)| numbers.contains(&label.as_str())),
            "{text}"
        );
    }
}

#[test]
fn secrets_are_found_in_six_languages_and_in_what_programs_write() {
    for text in [
        "Your new password is Winter2024! Please change it",
        "login: mbaker pw: sunshine42",
        "username: admin password: admin123",
        "the wifi password at the cabin is moosehead77",
        "WiFi: LakeGuest / blueheron2023!",
        "Root pw for db03 -> z9!Kq2vv",
        "Server=db;Database=x;User Id=sa;Password=Str0ng!Pass;",
        "DB_PASS='k3Jd92!!sl'",
        "SMTP password (for the printer): Tray2-Jam!",
        "Mot de passe temporaire : Soleil2024!",
        "Le mot de passe est Bretagne-29",
        "Das neue Kennwort ist Sommer#2024",
        "Passwort fürs WLAN: GutenTag2023",
        "Das Passwort lautet blaubeere77",
        "La contraseña del wifi es Sevilla2023*",
        "A senha do wifi é Praia2022",
        "La password del router è Gatto_nero7",
        "the password remains Tulpen1947!",
        "Password has been reset to Qx7frost9",
        "the password is \"swordfish\"",
        "Here is the login\nuser ann\npassword\nBlue-Fish-22",
        "Your one-time passphrase: copper lantern river seven",
        "The door code is 4471, lock box PIN 8820.",
        "voicemail PIN is 99213",
        "{\"client_id\":\"web\",\"client_secret\":\"GOCSPX-8kQ2mZr7Lp0Vx3Nb5Tc9Yd1F\"}",
        "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI7K7MDENG2bPxRfiCYzQ9k3L8mVt",
        "Authorization: Basic bWFyaWE6U3VwZXJTM2NyZXQ=",
        "Authorization: Bearer mF_9.B5f-4.1JqM2kLp8Rt7Vw",
        "x-api-key: 7f3a9c1e5b2d4860af91c7e3",
        "AccountName=lake;AccountKey=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA==;EndpointSuffix=core.example",
        "SharedAccessKeyName=Root;SharedAccessKey=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        "https://build:Qx7frost9@git.example.org/a.git",
        "otpauth://totp/Lake:me@inbox.example?secret=JBSWY3DPEHPK3PXP&issuer=Lake",
        "PuTTY-User-Key-File-2: ssh-rsa",
        "secret: 8c6976e5b5410415bde908bd4dee15df",
    ] {
        assert!(tells_credentials(text), "{text}: {:?}", found(text));
    }
}

#[test]
fn talk_of_passwords_placeholders_and_code_are_no_secrets() {
    for text in [
        "Please reset your password before Friday.",
        "Your password must have 12 characters, one digit and one symbol.",
        "Password: (leave blank)",
        "The password is required.",
        "Passwords expire every 90 days.",
        "password_hash = bcrypt(password)",
        "if (password == null) return;",
        "def login(user, password='changeme'):",
        "password: ${{ secrets.DB_PASSWORD }}",
        "password=<your password here>",
        "password: xxxxxxxx",
        "Password: \u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}",
        "The meeting password policy changed; see section 4.2",
        "Forgot password? Click https://example.com/reset/9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "Use 2FA and a password manager such as KeePass2.",
        "We store passwords with SHA-256 and PBKDF2.",
        "It asks for a password (thrice). Why?",
        "I lost the password, that's all.",
        "sudo gdb\nPassword: (gdb) attach 12",
        "A PIN is sent by post within 5 days.",
        "PIN code 110001, New Delhi",
        "Pin 4 of the connector goes to GPIO17",
        "The token ring was replaced in 1998.",
        "Basic research funding",
        "api_key: YOUR_API_KEY",
        "access token expires in 3600 seconds",
        "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a0c5d4e3f2 fixes it",
        "sha256: 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "wget https://username:password@foobar.example/a/b/index.html",
        "Le mot de passe doit contenir 12 caractères.",
        "La clave del éxito es 100% esfuerzo",
        "Die PIN kommt per Post.",
        "senha esquecida? Ligue 0800-555-0123",
    ] {
        assert!(!tells_credentials(text), "{text}: {:?}", found(text));
    }
}

#[test]
fn rows_shapes_and_files_are_no_numbers_of_anybody() {
    for text in [
        "https://eur03.safelinks.example/?url=https%3A%2F%2Fc.example&data=05%7C02%7Cz%7C0%7C0%7C638512340000000115%7CUnknown&reserved=0",
        "51 52 53 54 55 56 57 58\n59 60 61 62 63 64 65 66\n401 402 403 404 405 406",
        "breaks: 4000.0021  6000.0021  8000.0021\n5000.0018  6000.0018",
        "4000 4500 5000 5500",
        "Account team, Stockholm: 08-555-0147.",
        "account questions: 612-555-0147",
        "marker rs7254105 has the largest effect",
        "Object at 204617c leaked, 33742078c too",
        "see asset_64@5x.png and icon@2x.PNG",
        "| 001234567890123451 | 990101198005150727 |\n| 110101198013150723 | 3 |",
        "| 11111111111111111 | 12345678712345678 |",
        "the digest 1HGCM82653A0043BB of the build",
    ] {
        let none = [
            "CREDIT_CARD",
            "US_BANK_NUMBER",
            "MEDICAL_LICENSE",
            "ES_NIF",
            "EMAIL_ADDRESS",
            "UK_NINO",
            "CN_RESIDENT_ID",
            "VIN",
        ];
        assert!(
            !found(text).iter().any(|(label, _)| none.contains(&label.as_str())),
            "{text}: {:?}",
            found(text)
        );
    }
}

#[test]
fn a_taxpayer_s_number_beside_words_of_pay_is_financial() {
    for text in [
        "Thomas Baker, social 412-68-9073: 61,200 earned, 7,900 kept back for the IRS.",
        "K-1 for Thomas Baker (SSN 412-68-9073): share of profit 18,400.",
        "1099-NEC, SSN 412-68-9073: 4,100",
        "SSN 412-68-9073, gross 5,200.00, net 3,900.11",
        "Payslip of May, SSN 412-68-9073",
        "Schedule K-1, TIN 912-70-1234",
    ] {
        assert!(
            ENGINE
                .scan_text(text)
                .classification
                .is(&sealwax::classify::Category::Financial),
            "{text}"
        );
    }
    for text in ["SSN 412-68-9073", "61,200 earned, 7,900 withheld"] {
        assert!(
            !ENGINE
                .scan_text(text)
                .classification
                .is(&sealwax::classify::Category::Financial),
            "{text}"
        );
    }
}

const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

#[test]
fn redaction_takes_a_key_whole() {
    for (key, rest) in [
        (
            format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}\nabcd\n-----END PRIVATE KEY-----"),
            "\nthanks\n",
        ),
        (
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n{BODY}\n-----END RSA PRIVATE KEY-----"
            ),
            "\n",
        ),
        (
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{BODY}\n{BODY}"),
            "\n\nIt was cut off here.\n",
        ),
        (
            format!("> -----BEGIN PRIVATE KEY-----\n> {BODY}\n> {BODY}\n> -----END PRIVATE KEY-----"),
            "\n> ok\n",
        ),
        (
            format!(
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\n{BODY}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----"
            ),
            "",
        ),
        (
            format!("{{\"key\": \"-----BEGIN PRIVATE KEY-----\\n{BODY}\\n{BODY}\\n-----END PRIVATE KEY-----\\n"),
            "\", \"id\": 1}",
        ),
        (
            format!(
                "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: lake\nPublic-Lines: 1\n{BODY}\nPrivate-Lines: 1\n{BODY}\nPrivate-MAC: 0a1b2c3d"
            ),
            "\nbye\n",
        ),
    ] {
        let text = format!("{key}{rest}");
        for redaction in [Redaction::by_type(), Redaction::mask(), Redaction::remove()] {
            let (redacted, _) = ENGINE.redact_text(&text, &redaction).unwrap();
            assert!(
                !redacted.contains("MIIEvQIB") && !redacted.contains("aB3d") && !redacted.contains("0a1b2c3d"),
                "{redacted}"
            );
            assert!(redacted.ends_with(rest), "{redacted:?}");
            assert!(ENGINE.scan_text(&redacted).entities.is_empty(), "{redacted:?}");
        }
    }
}

#[test]
fn what_ends_a_value_stays_when_the_value_goes() {
    for (text, redacted) in [
        ("Password=Str0ng!Pass;Encrypt=yes", "Password=[PASSWORD];Encrypt=yes"),
        (
            r#"{\"password\":\"Qx7!frost9\",\"a\":1}"#,
            r#"{\"password\":\"[PASSWORD]\",\"a\":1}"#,
        ),
        ("(password: Qx7!frost9)", "(password: [PASSWORD])"),
        ("the password is Qx7!frost9.", "the password is [PASSWORD]."),
        (
            "AccountKey=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=;Suffix=x",
            "AccountKey=[SECRET];Suffix=x",
        ),
        ("api_key: '9f8e7d6c5b4a39281706f5e4d3c2b1a0',", "api_key: '[SECRET]',"),
        ("PIN: 4821;", "PIN: [PIN];"),
    ] {
        let (found, _) = ENGINE.redact_text(text, &Redaction::by_type()).unwrap();
        assert_eq!(found, redacted);
    }
}
