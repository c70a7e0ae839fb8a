//! Key files of other programs: what OpenSSL makes, what is only named, and what somebody changed.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;
use std::process::Command;

use common::{need, testdata};
use sealwax::crypto::Provider;
use sealwax::seal::{Certificate, Credentials, Identity, KeyErrorKind, KeyRef, Opener, PrivateKey, Recipient, Sealer};
use tempfile::TempDir;

const WORDS: &str = "correct horse";

#[test]
fn the_files_of_a_key_open_what_was_sealed_for_its_certificate() {
    let certificate = read("sealed/p256.crt").certificate().unwrap().clone();
    let sealed = Sealer::new(Provider::ring())
        .recipient(&certificate)
        .seal(b"labs")
        .unwrap();
    for file in [
        "sealed/p256.key",
        "credentials/p256-encrypted.key",
        "credentials/p256.p12",
    ] {
        let found = read(file);
        let opener = found.secret_keys().unwrap().iter().fold(opener(), Opener::identity);
        assert_eq!(opener.open(&sealed).unwrap().as_slice(), b"labs", "{file}");
    }
    let in_archive = read("credentials/p256.p12");
    assert_eq!(in_archive.certificate().unwrap().key_ref(), certificate.key_ref());
    assert_eq!(certificate.key_ref().provider(), "p256");
}

#[test]
fn every_form_that_openssl_writes_of_a_key_is_read() {
    let Some(openssl) = OpenSsl::found() else { return };
    for (name, algorithm, traditional) in KEYS {
        openssl.run(&format!("genpkey {algorithm} -out key.pem"));
        let name_of = openssl.certificate("key.pem", &[]).key_ref().clone();
        assert_eq!(name_of.provider(), *name);
        for (form, words) in forms(traditional) {
            openssl.run(&form.replace("IN", "key.pem"));
            let found = Credentials::read(&openssl.read("out"), words).unwrap();
            let key = found
                .secret_keys()
                .unwrap_or_else(|error| panic!("{algorithm}: {form}: {error}"));
            assert_eq!(
                key.iter().map(key_ref).collect::<Vec<_>>(),
                std::slice::from_ref(&name_of),
                "{form}"
            );
            if words.is_some() {
                assert_eq!(kind_of(&openssl.read("out"), None), KeyErrorKind::Encrypted, "{form}");
                assert_eq!(
                    kind_of(&openssl.read("out"), Some("x")),
                    KeyErrorKind::WrongPassphrase,
                    "{form}"
                );
            }
        }
    }
}

/// The commands that write a key in every form, and the passphrase of each.
fn forms(traditional: &str) -> Vec<(String, Option<&'static str>)> {
    let mut forms = vec![
        ("pkey -in IN -out out".to_owned(), None),
        ("pkey -in IN -outform DER -out out".to_owned(), None),
    ];
    if !traditional.is_empty() {
        forms.push((format!("{traditional} -in IN -out out"), None));
        forms.push((format!("{traditional} -in IN -outform DER -out out"), None));
    }
    for option in [
        "",
        "-outform DER",
        "-v2 aes-128-cbc",
        "-v2 aes-192-cbc -v2prf hmacWithSHA224",
        "-v2prf hmacWithSHA384",
        "-v2prf hmacWithSHA512 -iter 1",
        "-iter 100000",
    ] {
        forms.push((
            format!("pkcs8 -topk8 {option} -in IN -passout pass:caf\u{e9} -out out"),
            Some("caf\u{e9}"),
        ));
    }
    forms.push(("pkcs8 -topk8 -in IN -passout pass: -out out".to_owned(), Some("")));
    forms
}

#[test]
fn every_form_that_openssl_writes_of_a_certificate_is_read() {
    let Some(openssl) = OpenSsl::found() else { return };
    for (name, algorithm, _) in KEYS {
        openssl.run(&format!("genpkey {algorithm} -out key.pem"));
        let name_of = openssl.certificate("key.pem", &[]).key_ref().clone();
        assert_eq!(name_of.provider(), *name);
        let pem = String::from_utf8(openssl.read("cert")).unwrap();
        openssl.run("x509 -in cert -outform DER -out der");
        openssl.run("x509 -in cert -text -out text");
        let with_key = [openssl.read("key.pem"), pem.as_bytes().to_vec()].concat();
        for file in [
            openssl.read("der"),
            openssl.read("text"),
            pem.replace('\n', "\r\n").into_bytes(),
            format!("\u{feff}subject=\n{pem}\ntrailing").into_bytes(),
            with_key,
        ] {
            assert_eq!(Certificate::from_file(&file).unwrap().key_ref(), &name_of);
        }
        assert_eq!(pem.parse::<Recipient>().unwrap().key_ref(), &name_of);
    }
}

#[test]
fn a_key_and_a_certificate_on_x25519_are_those_of_the_text_form() {
    let Some(openssl) = OpenSsl::found() else { return };
    openssl.run("genpkey -algorithm X25519 -out key.pem");
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out root.key");
    openssl.run("req -x509 -new -key root.key -subj /CN=root -days 30 -out root");
    openssl.run("pkey -in key.pem -pubout -out public");
    openssl.run("req -new -key root.key -subj /CN=ann -out request");
    openssl
        .run("x509 -req -in request -force_pubkey public -CA root -CAkey root.key -CAcreateserial -days 9 -out cert");
    let certificate = Certificate::from_file(&openssl.read("cert")).unwrap();
    openssl.run("pkcs8 -topk8 -in key.pem -passout pass:x -out locked");
    openssl.run("pkcs12 -export -inkey key.pem -in cert -passout pass:x -out archive");
    let sealed = Sealer::new(Provider::ring())
        .recipient(&certificate)
        .seal(b"labs")
        .unwrap();
    for file in ["key.pem", "locked", "archive"] {
        let found = Credentials::read(&openssl.read(file), Some("x")).unwrap();
        let [PrivateKey::Hpke(key)] = found.secret_keys().unwrap() else {
            panic!("{file}")
        };
        assert_eq!(key.public().key_ref(), certificate.key_ref());
        let text: Identity = key.to_text().parse().unwrap();
        assert!(opener().identity(text).open(&sealed).is_ok(), "{file}");
    }
}

#[test]
fn pkcs_12_is_read_as_openssl_writes_it_whatever_is_in_it() {
    let Some(openssl) = OpenSsl::found() else { return };
    for (_, algorithm, _) in KEYS {
        openssl.run(&format!("genpkey {algorithm} -out key.pem"));
        let name_of = openssl.certificate("key.pem", &[]).key_ref().clone();
        for options in [
            "",
            "-name na\u{ef}ve -iter 1",
            "-macalg sha512",
            "-macalg sha384 -maciter",
            "-nomac",
            "-certpbe NONE",
            "-certpbe AES-128-CBC -keypbe AES-192-CBC",
        ] {
            openssl.run(&format!(
                "pkcs12 -export -inkey key.pem -in cert {options} -passout pass:na\u{ef}ve -out out"
            ));
            let file = openssl.read("out");
            let found = Credentials::read(&file, Some("na\u{ef}ve")).unwrap();
            assert_eq!(found.certificate().unwrap().key_ref(), &name_of, "{options}");
            assert_eq!(key_ref(&found.secret_keys().unwrap()[0]), name_of, "{options}");
            assert_eq!(kind_of(&file, None), KeyErrorKind::Encrypted, "{options}");
            assert_eq!(
                kind_of(&file, Some("naive")),
                KeyErrorKind::WrongPassphrase,
                "{options}"
            );
        }
        for options in ["-passout pass:", "-keypbe NONE -certpbe NONE -passout pass:"] {
            openssl.run(&format!("pkcs12 -export -inkey key.pem -in cert {options} -out out"));
            let found = Credentials::read(&openssl.read("out"), None).unwrap();
            assert_eq!(found.certificate().unwrap().key_ref(), &name_of, "{options}");
            assert_eq!(key_ref(&found.secret_keys().unwrap()[0]), name_of, "{options}");
        }
    }
}

/// For each kind of key, its name in headers, how OpenSSL makes it, and how it writes it by itself.
const KEYS: &[(&str, &str, &str)] = &[
    ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "ec"),
    ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "ec"),
    (
        "rsa",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "rsa -traditional",
    ),
];

#[test]
fn an_old_encryption_is_named_and_the_command_that_is_said_to_convert_it_does() {
    let Some(openssl) = OpenSsl::found() else { return };
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    let name_of = openssl.certificate("key.pem", &[]).key_ref().clone();
    let archive = "pkcs12 -export -inkey key.pem -in cert -passout pass:x -out old";
    for (made, found) in [
        (
            "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -passout pass:x -out old",
            "an encrypted private key with the old cipher 3DES",
        ),
        (
            "pkcs8 -topk8 -v2 des3 -in key.pem -passout pass:x -out old",
            "an encrypted private key with the old cipher 3DES",
        ),
        (
            "pkcs8 -topk8 -v2prf hmacWithSHA1 -in key.pem -passout pass:x -out old",
            "an encrypted private key with a passphrase that is stretched by SHA-1",
        ),
        (
            "pkcs8 -topk8 -scrypt -scrypt_N 1024 -in key.pem -passout pass:x -out old",
            "an encrypted private key with a passphrase that is not stretched by PBKDF2",
        ),
        (
            "pkcs8 -topk8 -v2 aria-256-cbc -in key.pem -passout pass:x -out old",
            "an encrypted private key with an encryption that is not known here",
        ),
        (
            "ec -aes256 -in key.pem -passout pass:x -out old",
            "a private key in the old encryption of PEM, by MD5",
        ),
        (&format!("{archive} -legacy"), "a PKCS #12 file with the old cipher RC2"),
        (
            &format!("{archive} -certpbe PBE-SHA1-3DES"),
            "a PKCS #12 file with the old cipher 3DES",
        ),
        (
            &format!("{archive} -keypbe PBE-SHA1-3DES"),
            "a PKCS #12 file with the old cipher 3DES",
        ),
        (
            &format!("{archive} -macalg sha1"),
            "a PKCS #12 file with a MAC by SHA-1 or MD5, as of the time of RC2 and 3DES",
        ),
    ] {
        if !openssl.can(made) {
            need(&format!("`openssl {made}`"), None::<()>);
            continue;
        }
        let error = Credentials::read(&openssl.read("old"), Some("x")).and_then(|found| found.secret_keys().map(drop));
        let KeyErrorKind::Form(form) = error.unwrap_err().kind() else {
            panic!("{made}")
        };
        assert_eq!(form.to_string(), found, "{made}");
        let (_, command) = form.next_step().split_once("`openssl ").unwrap();
        let (command, _) = command.split_once('`').unwrap();
        let command = command.replace("FILE", "old").replace("key.pem", "new");
        openssl.run(&format!("{command} -passin pass:x -passout pass:y"));
        let converted = Credentials::read(&openssl.read("new"), Some("y")).unwrap();
        assert_eq!(key_ref(&converted.secret_keys().unwrap()[0]), name_of, "{made}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_cannot_be_used_is_named_as_what_it_is() {
    let Some(openssl) = OpenSsl::found() else { return };
    let ec = |curve: &str| format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out key.pem");
    let key = ec("P-256");
    let selfsigned = "req -x509 -new -key key.pem -subj /CN=x -out out";
    for (made, found) in [
        (
            vec![key.as_str(), "req -new -key key.pem -subj /CN=x -out out"],
            "a certificate request",
        ),
        (
            vec![&key, "req -new -key key.pem -subj /CN=x -outform DER -out out"],
            "a certificate request",
        ),
        (
            vec![&key, selfsigned, "crl2pkcs7 -nocrl -certfile out -out out"],
            "a PKCS #7 bundle",
        ),
        (
            vec![&key, selfsigned, "crl2pkcs7 -nocrl -certfile out -outform DER -out out"],
            "a PKCS #7 bundle",
        ),
        (vec![&key, "pkey -in key.pem -pubout -out out"], "a bare public key"),
        (
            vec![&key, "pkey -in key.pem -pubout -outform DER -out out"],
            "a bare public key",
        ),
        (
            vec![&key, selfsigned, "x509 -in out -trustout -out out"],
            "a trusted certificate of OpenSSL",
        ),
        (
            vec!["genpkey -algorithm ED25519 -out key.pem", selfsigned],
            "a certificate with an Ed25519 key, which signs only",
        ),
        (
            vec!["genpkey -algorithm ED25519 -out out"],
            "a private key with an Ed25519 key, which signs only",
        ),
        (
            vec!["genpkey -algorithm ED448 -out out"],
            "a private key with an Ed448 key, which signs only",
        ),
        (
            vec!["genpkey -algorithm X448 -out out"],
            "a private key with an X448 key",
        ),
        (vec![&ec("P-521"), selfsigned], "a certificate with a P-521 key"),
        (
            vec![&ec("P-521"), "ec -in key.pem -out out"],
            "a private key with a P-521 key",
        ),
        (
            vec![&ec("P-521"), "ec -in key.pem -outform DER -out out"],
            "a private key with a P-521 key",
        ),
        (vec![&ec("secp256k1"), selfsigned], "a certificate with a secp256k1 key"),
        (
            vec![&ec("brainpoolP384r1"), "pkey -in key.pem -out out"],
            "a private key with a Brainpool P-384 key",
        ),
        (
            vec![&key, "ec -in key.pem -param_enc explicit -out out"],
            "a private key with an EC key whose curve is spelled out instead of named",
        ),
        (
            vec![&key, "ec -in key.pem -param_enc explicit -out key.pem", selfsigned],
            "a certificate with a key whose curve is spelled out instead of named",
        ),
        (
            vec![&key, "ec -in key.pem -conv_form compressed -out key.pem", selfsigned],
            "a certificate with a key whose point is compressed",
        ),
        (
            vec![
                &key,
                &format!("{selfsigned} -addext keyUsage=digitalSignature,keyEncipherment"),
            ],
            "a certificate with a key that is not for encryption, by its key usage",
        ),
        (
            vec![
                "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key.pem",
                selfsigned,
            ],
            "a certificate with an RSA-PSS key, which signs only",
        ),
        (
            vec!["genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out out"],
            "a private key with an RSA key that is damaged or has not 2,048 to 8,192 bits",
        ),
        (
            vec![
                "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key.pem",
                "rsa -in key.pem -pubout -RSAPublicKey_out -out out",
            ],
            "a bare RSA public key",
        ),
    ] {
        for command in made {
            openssl.run(command);
        }
        let found_in = Credentials::read(&openssl.read("out"), None);
        let error = found_in.and_then(|found| found.certificate().map(drop)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("this is {found}: {}", next_step(error.kind())),
            "{found}"
        );
    }
}

#[test]
fn what_other_programs_write_is_named_without_openssl() {
    let block = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n").into_bytes();
    for (file, found) in [
        (block("OPENSSH PRIVATE KEY"), "an OpenSSH private key"),
        (block("PGP PUBLIC KEY BLOCK"), "a PGP public key block"),
        (block("PGP PRIVATE KEY BLOCK"), "a PGP private key block"),
        (block("PGP MESSAGE"), "a PGP message"),
        (block("X509 CRL"), "a list of revoked certificates"),
        (block("DSA PRIVATE KEY"), "a DSA key, which signs only"),
        (
            block("NONSENSE"),
            "a block of PEM that is neither a certificate nor a key",
        ),
        (
            block("CERTIFICATE"),
            "a certificate that is damaged or not written as RFC 5280 asks",
        ),
        (block("PRIVATE KEY"), "a private key that is damaged"),
        (b"ssh-rsa AAAAB3Nza ann@example.org\n".to_vec(), "an OpenSSH public key"),
        (b"ecdsa-sha2-nistp256 AAAAE2Vj ann\n".to_vec(), "an OpenSSH public key"),
        (
            b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n".to_vec(),
            "an OpenSSH public key",
        ),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n".to_vec(), "a PuTTY private key"),
        (b"AGE-SECRET-KEY-1QQQQ\n".to_vec(), "an age identity"),
        (b"age1qqqqqq\n".to_vec(), "an age recipient"),
        (b"{\"kty\":\"EC\"}".to_vec(), "JSON, perhaps a JSON web key"),
        (b"MIIBszCCAVmg\n".to_vec(), "Base64 without its lines of PEM"),
        (b"\xfe\xed\xfe\xed\0\0\0\x02".to_vec(), "a Java key store (JKS)"),
        (
            b"0\x80\x02\x01\x03".to_vec(),
            "a file in BER with lengths that are left open",
        ),
        (b"0\x82\x01\x00\x02".to_vec(), "a file in DER that is damaged or cut"),
        (
            b"0\x03\x02\x01\x03".to_vec(),
            "a private key with an RSA key that is damaged or has not 2,048 to 8,192 bits",
        ),
    ] {
        assert!(Credentials::is_in(&file), "{found}");
        let error = Credentials::read(&file, None).unwrap_err();
        let KeyErrorKind::Form(form) = error.kind() else {
            panic!("{found}")
        };
        assert_eq!(form.to_string(), found);
        assert!(!form.next_step().is_empty());
        if let Ok(text) = str::from_utf8(&file) {
            assert_eq!(text.parse::<Identity>().unwrap_err().kind(), error.kind());
            assert_eq!(text.parse::<Recipient>().unwrap_err().kind(), error.kind());
            assert_eq!(Certificate::from_pem(text).unwrap_err().kind(), error.kind());
        }
    }
    let wide = Credentials::read(b"\xff\xfe-\0-\0-\0", None).unwrap_err();
    assert_eq!(wide.to_string(), "this is a text in UTF-16: save it as UTF-8");
    for file in [
        b"".as_slice(),
        b"0",
        b"0 lines",
        b"SEALWAX-LOCAL-1QQQ",
        b"epoch 3\n",
        b"# a comment\n",
    ] {
        assert!(!Credentials::is_in(file), "{file:?}");
    }
}

#[test]
fn the_place_in_a_file_of_several_is_told() {
    let file = format!(
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{}",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
    );
    let error = Credentials::read(file.as_bytes(), None).unwrap_err();
    assert_eq!(error.line(), 4);
    assert!(error.to_string().ends_with("-f COPY` (line 4)"), "{error}");
}

#[test]
fn of_a_chain_in_any_order_the_owner_is_taken() {
    let Some(openssl) = OpenSsl::found() else { return };
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out root.key");
    openssl.run("req -x509 -new -key root.key -subj /CN=root -days 30 -out root");
    for (name, issuer, extension) in [
        ("middle", "root", "basicConstraints=critical,CA:TRUE"),
        ("ann", "middle", "basicConstraints=CA:FALSE"),
        ("bob", "middle", "basicConstraints=CA:FALSE"),
    ] {
        openssl.issue(name, issuer, extension, 20);
    }
    fs::copy(openssl.folder.path().join("ann"), openssl.folder.path().join("ann.old")).unwrap();
    openssl.issue("ann", "middle", "basicConstraints=CA:FALSE", 25);
    let [root, middle, ann, old, bob] = ["root", "middle", "ann", "ann.old", "bob"].map(|name| openssl.read(name));
    let name_of = Certificate::from_file(&ann).unwrap().key_ref().clone();
    for chain in [
        vec![&ann, &middle, &root],
        vec![&root, &middle, &ann],
        vec![&middle, &ann],
        vec![&ann, &ann],
        vec![&old, &ann, &middle],
        vec![&ann, &old],
    ] {
        let file: Vec<u8> = chain.into_iter().flatten().copied().collect();
        let found = Certificate::from_file(&file).unwrap();
        assert_eq!(found.key_ref(), &name_of);
        let newest = Certificate::from_file(&ann).unwrap().not_after();
        assert!(found.not_after() == newest || !file.starts_with(&old));
    }
    // An authority that issued nobody here may as well be a person who vouches for herself.
    for several in [[&ann, &bob, &middle], [&ann, &root, &ann]] {
        let file: Vec<u8> = several.into_iter().flatten().copied().collect();
        let refused = Certificate::from_file(&file).unwrap_err().to_string();
        assert!(
            refused.starts_with("this is a file with the certificates of several owners"),
            "{refused}"
        );
        let with_key = Credentials::read(&[file, openssl.read("ann.key")].concat(), None).unwrap();
        assert_eq!(with_key.certificate().unwrap().key_ref(), &name_of);
    }
    assert!(
        Certificate::from_file(&root).is_ok(),
        "an authority alone, as `req -x509` makes it, is an owner"
    );
}

#[test]
fn a_key_without_its_certificate_and_the_other_way_round_are_told() {
    let lone = |file: &str| read(file);
    let key = lone("sealed/p256.key").certificate().unwrap_err();
    assert!(
        key.to_string()
            .contains("a private key without its certificate, which only opens"),
        "{key}"
    );
    let certificate = lone("sealed/p256.crt").secret_keys().unwrap_err();
    assert!(
        certificate
            .to_string()
            .contains("a certificate without its private key"),
        "{certificate}"
    );
}

#[test]
fn sealing_needs_no_passphrase_of_the_key_beside_the_certificate() {
    let [certificate, key] = ["sealed/p384.crt", "credentials/p256-encrypted.key"].map(bytes);
    let found = Credentials::read(&[certificate, key].concat(), None).unwrap();
    assert_eq!(found.certificate().unwrap().key_ref().provider(), "p384");
    assert_eq!(found.secret_keys().unwrap_err().kind(), KeyErrorKind::Encrypted);
}

#[test]
fn more_than_fits_is_refused() {
    let certificate = fs::read(testdata("sealed/p256.crt")).unwrap();
    assert!(Credentials::read(&certificate.repeat(256), None).is_ok());
    let error = Credentials::read(&certificate.repeat(257), None).unwrap_err();
    assert!(
        error.to_string().contains("more certificates and keys than are read"),
        "{error}"
    );
}

/// A byte of a key changed gives an error or the same key: keys on curves are checked against their public half, RSA keys
/// against themselves, and PKCS #12 by its MAC.
#[test]
fn a_changed_byte_gives_no_other_key() {
    for (file, words, steps) in [
        ("sealed/p256.key", None, 1),
        ("sealed/p384.key", None, 1),
        ("sealed/rsa.key", None, 7),
        ("credentials/p256-encrypted.key", Some(WORDS), 1),
    ] {
        let pem = bytes(file);
        let name_of = key_ref(&Credentials::read(&pem, words).unwrap().secret_keys().unwrap()[0]);
        let der = base64(&pem);
        for original in [&pem, &der] {
            changed(original, steps, |changed| {
                if let Ok(found) = Credentials::read(changed, words) {
                    for key in found.secret_keys().into_iter().flatten() {
                        assert_eq!(key_ref(key), name_of, "{file}");
                    }
                }
            });
        }
    }
}

#[test]
fn a_changed_byte_of_pkcs_12_gives_no_other_key_or_certificate() {
    let file = bytes("credentials/p256.p12");
    let name_of = read("sealed/p256.crt").certificate().unwrap().key_ref().clone();
    changed(&file, 1, |changed| {
        if let Ok(found) = Credentials::read(changed, Some(WORDS)) {
            for key in found.secret_keys().into_iter().flatten() {
                assert_eq!(key_ref(key), name_of);
            }
            if let Ok(certificate) = found.certificate() {
                assert_eq!(certificate.key_ref(), &name_of);
            }
        }
    });
}

#[test]
fn a_changed_or_cut_certificate_never_panics() {
    for file in ["sealed/p256.crt", "sealed/p384.crt", "sealed/rsa.crt"] {
        let der = base64(&bytes(file));
        changed(&der, 1, |changed| {
            let _ = Credentials::read(changed, None).map(|found| found.certificate().cloned());
        });
        for len in 0..der.len() {
            assert!(Credentials::read(&der[..len], None).is_err());
        }
    }
}

#[test]
fn nothing_that_can_be_printed_shows_a_key_or_its_passphrase() {
    for file in [
        "sealed/p256.key",
        "sealed/p384.key",
        "sealed/rsa.key",
        "credentials/p256.p12",
    ] {
        let found = read(file);
        let printed = format!("{found:?} {:?}", found.secret_keys().unwrap());
        assert!(printed.contains("SecretKey(") && !printed.contains(WORDS), "{printed}");
        let secret = bytes(file);
        let lines: Vec<_> = secret
            .split(|byte| *byte == b'\n')
            .filter(|line| line.len() == 64)
            .collect();
        assert!(
            lines
                .iter()
                .all(|line| !printed.as_bytes().windows(64).any(|shown| shown == *line))
        );
    }
    let certificate = read("sealed/p256.crt");
    assert!(!format!("{certificate:?}").contains("Ann"), "a name is shown");
    let error = Credentials::read(&bytes("credentials/p256.p12"), Some("CANARY")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

/// Calls `check` with each byte changed in three ways.
fn changed(original: &[u8], steps: usize, check: impl Fn(&[u8])) {
    let mut changed = original.to_vec();
    for at in (0..original.len()).step_by(steps) {
        for bits in [1, 0x20, 0x80] {
            changed[at] ^= bits;
            check(&changed);
            changed[at] = original[at];
        }
    }
}

fn base64(pem: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let text = str::from_utf8(pem).unwrap();
    let lines: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    base64::engine::general_purpose::STANDARD.decode(lines).unwrap()
}

fn bytes(file: &str) -> Vec<u8> {
    fs::read(testdata(file)).unwrap()
}

fn read(file: &str) -> Credentials {
    Credentials::read(&bytes(file), Some(WORDS)).unwrap()
}

fn opener() -> Opener {
    Opener::new(Provider::ring())
}

fn key_ref(key: &PrivateKey) -> KeyRef {
    key.key_ref().clone()
}

/// Why the secret keys of a file cannot be had.
fn kind_of(file: &[u8], passphrase: Option<&str>) -> KeyErrorKind {
    let found = Credentials::read(file, passphrase);
    found
        .and_then(|found| found.secret_keys().map(drop))
        .unwrap_err()
        .kind()
}

fn next_step(kind: KeyErrorKind) -> &'static str {
    match kind {
        KeyErrorKind::Form(form) => form.next_step(),
        kind => panic!("{kind}"),
    }
}

/// The command `openssl` in a folder of its own.
struct OpenSsl {
    folder: TempDir,
}

impl OpenSsl {
    fn found() -> Option<Self> {
        let found = Command::new("openssl").arg("version").output();
        let is_third = found.is_ok_and(|output| output.stdout.starts_with(b"OpenSSL 3"));
        let folder = is_third.then(|| tempfile::tempdir().unwrap());
        need("the command `openssl` of version 3", folder).map(|folder| Self { folder })
    }

    fn run(&self, arguments: &str) {
        assert!(self.can(arguments), "openssl {arguments}");
    }

    fn can(&self, arguments: &str) -> bool {
        let mut openssl = Command::new("openssl");
        openssl
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path());
        openssl.output().unwrap().status.success()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }

    /// A certificate that a key makes for itself, also in the file `cert`.
    fn certificate(&self, key: &str, options: &[&str]) -> Certificate {
        let options = options.join(" ");
        self.run(&format!(
            "req -x509 -new -key {key} -subj /CN=x -days 30 {options} -out cert"
        ));
        Certificate::from_file(&self.read("cert")).unwrap()
    }

    /// A certificate `name` by `issuer`, for a key that is made if there is none.
    fn issue(&self, name: &str, issuer: &str, extension: &str, days: u32) {
        if !self.folder.path().join(format!("{name}.key")).exists() {
            self.run(&format!(
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"
            ));
        }
        fs::write(self.folder.path().join("extensions"), extension).unwrap();
        self.run(&format!("req -new -key {name}.key -subj /CN={name} -out request"));
        self.run(&format!(
            "x509 -req -in request -CA {issuer} -CAkey {issuer}.key -CAcreateserial -days {days} -extfile extensions \
             -out {name}"
        ));
    }
}
