//! Against the KMS of moto, which signs and checks like AWS; what it does not do is answered in its place, as AWS documents it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::process::Command;

use common::suite::{every_failure_is_told, every_key_seals, name_of, nobody_is_reached, open, rewrapped, sealer};
use common::web::{Asked, Front, answer};
use common::{Running, Told, program};
use sealwax::seal::KeyService;
use sealwax_kms::{AwsCredentials, AwsKms, KmsErrorKind, Reach, Supply};
use serde_json::{Value, json};

#[test]
fn a_key_of_aws_seals_and_tells_its_failures() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let told = Told::default();
    let (ours, theirs) = (moto.new_key(), moto.new_key());
    let service = |key: &str| KeyService::new(moto.key(key, told.reach()));
    every_key_seals(&service(&ours), &service(&theirs), &told, true);
    every_failure_is_told(|reach| KeyService::new(aws(&ours, reach)), moto.0.port);
    nobody_is_reached(|reach| KeyService::new(aws(&ours, reach)), moto.0.port);
}

#[test]
fn an_alias_that_moves_takes_no_message_with_it() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let (first, second) = (moto.new_key(), moto.new_key());
    moto.kms(
        "CreateAlias",
        &json!({ "AliasName": "alias/mail", "TargetKeyId": first }),
    );
    let told = Told::default();
    let now = || KeyService::new(moto.key("alias/mail", told.reach()).current().unwrap());
    let before = sealer(&now()).seal(b"labs").unwrap();
    assert!(
        name_of(&before).starts_with("aws-kms:arn:aws:kms:us-east-1:"),
        "{}",
        name_of(&before)
    );
    let by_alias = KeyService::new(moto.key("alias/mail", told.reach()));
    let unresolved = sealer(&by_alias).seal(b"labs").unwrap();
    assert!(
        open(&now(), &unresolved).is_some(),
        "the name of the alias is one of the key's"
    );

    moto.kms(
        "UpdateAlias",
        &json!({ "AliasName": "alias/mail", "TargetKeyId": second }),
    );
    assert!(open(&now(), &before).is_none(), "it is another key now");
    let older = moto.key(&first, told.reach()).current().unwrap();
    assert!(open(&KeyService::new(older), &before).is_some());
    told.kinds();
    assert!(open(&by_alias, &unresolved).is_none());
    assert_eq!(
        told.kinds(),
        [KmsErrorKind::Denied],
        "AWS itself documents `IncorrectKeyException` here"
    );
}

#[test]
fn aws_wraps_anew_after_a_rotation_and_under_another_key() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let told = Told::default();
    let (first, second) = (moto.new_key(), moto.new_key());
    let before = KeyService::new(moto.key(&first, told.reach()));
    let sealed = sealer(&before).seal(b"labs").unwrap();
    moto.kms("RotateKeyOnDemand", &json!({ "KeyId": first }));
    assert!(open(&before, &sealed).is_some());

    let after = KeyService::new(moto.key(&second, told.reach()).also_opens(&first).unwrap());
    assert!(open(&after, &sealed).is_some());
    let moved = rewrapped(&after, &sealed).unwrap();
    assert_eq!(name_of(&moved), format!("aws-kms:{second}"));
    assert!(open(&KeyService::new(moto.key(&second, told.reach())), &moved).is_some());
    assert!(open(&before, &moved).is_none());
    assert_eq!(told.kinds(), []);
}

#[test]
fn a_disabled_key_and_one_that_is_not_there_are_told_apart() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let (told, id) = (Told::default(), moto.new_key());
    let front = Front::before(moto.0.port);
    let key = KeyService::new(aws(&id, told.reach().address(&front.address())));
    let sealed = sealer(&key).seal(b"labs").unwrap();
    // Moto decrypts with disabled keys; this is what AWS documents.
    for (name, kind) in [
        ("DisabledException", KmsErrorKind::Disabled),
        ("KMSInvalidStateException", KmsErrorKind::Disabled),
        ("IncorrectKeyException", KmsErrorKind::Mismatch),
        ("com.amazonaws.kms#AccessDeniedException", KmsErrorKind::Denied),
        ("ExpiredTokenException", KmsErrorKind::Denied),
        ("ValidationException", KmsErrorKind::Refused(400)),
    ] {
        front.instead([answer(
            400,
            "",
            &json!({ "__type": name, "message": "CANARY" }).to_string(),
        )]);
        assert!(open(&key, &sealed).is_none());
        let words = told.words();
        assert!(words.starts_with(&format!("AWS KMS, key `{id}`: {kind}")), "{words}");
        assert!(!words.contains("CANARY"));
    }
    let throttled = || answer(400, "", r#"{"__type":"ThrottlingException"}"#);
    front.asked();
    front.instead([throttled(), throttled()]);
    assert!(open(&key, &sealed).is_some());
    assert_eq!(front.asked().len(), 3);
    front.instead([throttled(), throttled(), throttled()]);
    assert!(open(&key, &sealed).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::Throttled]);

    moto.kms("DisableKey", &json!({ "KeyId": id }));
    let error = moto.key(&id, Reach::default()).current().unwrap_err();
    assert_eq!(error.kind(), KmsErrorKind::Disabled);
    let error = moto.key("alias/none", Reach::default()).current().unwrap_err();
    assert_eq!(error.kind(), KmsErrorKind::NoKey);
    let signing = moto.kms(
        "CreateKey",
        &json!({ "KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256" }),
    );
    let error = moto.key(id_of(&signing), Reach::default()).current().unwrap_err();
    assert_eq!(error.kind(), KmsErrorKind::Unsuitable);
}

#[test]
fn an_answer_about_another_key_is_no_answer() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let told = Told::default();
    let front = Front::before(moto.0.port);
    let key = aws(&moto.new_key(), told.reach().address(&front.address()))
        .current()
        .unwrap();
    let key = KeyService::new(key);
    let sealed = sealer(&key).seal(b"labs").unwrap();
    let plaintext = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let other =
        json!({ "Plaintext": plaintext, "CiphertextBlob": plaintext, "KeyId": "arn:aws:kms:us-east-1:1:key/other" });
    front.instead([answer(200, "", &other.to_string()), answer(200, "", &other.to_string())]);
    assert!(sealer(&key).seal(b"labs").is_err() && open(&key, &sealed).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::Reply, KmsErrorKind::Reply]);
}

#[test]
fn aws_sees_what_a_wrap_is_for_and_every_attempt_is_signed_anew() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let (told, front) = (Told::default(), Front::before(moto.0.port));
    let key = KeyService::new(aws(&moto.new_key(), told.reach().address(&front.address())));
    front.instead([answer(503, "", "{}")]);
    let sealed = sealer(&key).seal(b"labs").unwrap();
    let asked = front.asked();
    let ids = asked.iter().map(|asked| {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        body["EncryptionContext"]["sealwax-binding"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    let id = sealwax::crypto::hex(sealwax::seal::Header::parse(&sealed).unwrap().sealed_id().as_bytes());
    assert!(ids.into_iter().all(|binding| binding.contains(&id)));
    let signed = |asked: &Asked| {
        asked
            .header("authorization")
            .unwrap()
            .contains("content-type;host;x-amz-date;x-amz-target")
    };
    assert!(asked.len() == 2 && asked.iter().all(signed));
}

/// Moto computes each signature itself and compares, once it is told to.
#[test]
fn credentials_that_aws_does_not_know_are_refused_and_are_not_shown() {
    let Some(moto) = Moto::start() else {
        return;
    };
    let id = moto.new_key();
    let user = moto.user_with_every_right();
    moto.ask("/moto-api/reset-auth", "moto", "", b"0");
    let (told, address) = (Told::default(), moto.0.address());
    let as_user = |credentials: Supply<AwsCredentials>| {
        let key = AwsKms::new("us-east-1", &id, credentials, told.reach().address(&address)).unwrap();
        sealer(&KeyService::new(key)).seal(b"labs").is_ok()
    };
    let (key, secret) = (user.0.as_str(), user.1.as_str());
    assert!(as_user(AwsCredentials::new(key, secret).into()));
    assert_eq!(told.kinds(), []);
    for credentials in [
        AwsCredentials::new(key, "CANARY"),
        AwsCredentials::new("CANARY", secret),
        AwsCredentials::new(key, secret.to_lowercase()),
    ] {
        assert!(!format!("{credentials:?}").contains("CANARY"));
        assert!(!as_user(credentials.into()));
        let words = told.words();
        assert!(
            words.contains("refuses the credentials") && !words.contains("CANARY"),
            "{words}"
        );
    }
    for credentials in [
        None,
        Some(AwsCredentials::new("", "")),
        Some(AwsCredentials::new("a\r\nx: y", "b")),
    ] {
        assert!(!as_user(Supply::by(move || credentials.clone())));
        assert_eq!(told.kinds(), [KmsErrorKind::Credentials]);
    }
}

fn aws(key: &str, reach: Reach) -> AwsKms {
    AwsKms::new("us-east-1", key, AwsCredentials::new("testing", "testing"), reach).unwrap()
}

fn id_of(created: &Value) -> &str {
    created["KeyMetadata"]["KeyId"].as_str().unwrap()
}

struct Moto(Running);

impl Moto {
    fn start() -> Option<Self> {
        let program = program("moto_server")?;
        Some(Self(Running::start(|port| {
            let mut server = Command::new(&program);
            server.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            server
        })))
    }

    fn key(&self, key: &str, reach: Reach) -> AwsKms {
        aws(key, reach.address(&self.0.address()))
    }

    fn new_key(&self) -> String {
        id_of(&self.kms("CreateKey", &json!({ "KeyUsage": "ENCRYPT_DECRYPT" }))).to_owned()
    }

    fn kms(&self, action: &str, input: &Value) -> Value {
        let target = format!("TrentService.{action}");
        let answer = self.ask("/", "kms", &target, input.to_string().as_bytes());
        serde_json::from_slice(&answer).unwrap_or_default()
    }

    /// The id and the secret of an access key.
    fn user_with_every_right(&self) -> (String, String) {
        let policy = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A\
                      %22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
        let iam = |query: &str| {
            let body = format!("{query}&Version=2010-05-08&UserName=ann");
            String::from_utf8(self.ask("/", "iam", "", body.as_bytes())).unwrap()
        };
        iam("Action=CreateUser");
        iam(&format!("Action=PutUserPolicy&PolicyName=all&PolicyDocument={policy}"));
        let made = iam("Action=CreateAccessKey");
        let field = |name: &str| {
            let (_, rest) = made.split_once(&format!("<{name}>")).unwrap();
            rest.split_once('<').unwrap().0.to_owned()
        };
        (field("AccessKeyId"), field("SecretAccessKey"))
    }

    /// A request that nobody signed, which moto takes until it is told not to.
    fn ask(&self, path: &str, service: &str, target: &str, body: &[u8]) -> Vec<u8> {
        let kind = match service {
            "iam" => "application/x-www-form-urlencoded",
            "kms" => "application/x-amz-json-1.1",
            _ => "text/plain",
        };
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let asked = Asked {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: vec![
                ("host".to_owned(), format!("127.0.0.1:{}", self.0.port)),
                ("authorization".to_owned(), scope),
                ("content-type".to_owned(), kind.to_owned()),
                ("x-amz-target".to_owned(), target.to_owned()),
                ("content-length".to_owned(), body.len().to_string()),
            ],
            body: body.to_vec(),
        };
        let answer = asked.forward(self.0.port);
        let body = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        answer[body + 4..].to_vec()
    }
}
