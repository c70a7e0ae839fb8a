// The C++ owners: what they own is freed once, moves leave nothing behind, and failures arrive with their place.
// Compiled with exceptions and without.
#include <sealwax.hpp>

#include <cstdio>
#include <cstdlib>
#include <type_traits>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                       \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

static_assert(!std::is_copy_constructible_v<sealwax::engine>);
static_assert(!std::is_copy_constructible_v<sealwax::keyring>);
static_assert(std::is_nothrow_move_constructible_v<sealwax::engine>);
static_assert(std::is_nothrow_move_assignable_v<sealwax::verdict>);

namespace {

constexpr std::string_view phi = "Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n";
constexpr std::string_view wrong_policy = "name = \"x\"\nbaselin = 3\n";

#ifndef SEALWAX_NO_EXCEPTIONS

void a_bad_policy_is_an_exception_with_its_place() {
    try {
        (void)sealwax::engine_builder().policy_toml(wrong_policy).build();
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.status() == SEALWAX_POLICY && error.line() == 2 && error.column() >= 1);
        CHECK(std::string_view(error.what()).find("baselin") != std::string_view::npos && error.file().empty());
    }
    try {
        (void)sealwax::engine_builder().policy_toml("include = ['part.toml']").resource("part.toml", wrong_policy).build();
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.file() == "part.toml" && error.line() == 2);
    }
}

void a_message_is_decided_and_sealed(const sealwax::engine &engine) {
    sealwax::transaction transaction("nurse@clinic.example");
    const auto ann = transaction.add_recipient("ann@example.org");
    transaction.set_recipient_internal(ann, false);
    transaction.set_recipient_party(ann, SEALWAX_PARTY_UNKNOWN);
    transaction.set_recipient_agreement_json(ann, R"({"date": "1970-01-01"})");
    auto feed = engine.clone().feed(transaction);
    feed.header("Subject", "your results");
    feed.body("MRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n");
    const auto verdict = feed.finish(0);
    CHECK(verdict.size() == 1 && verdict[0].recipient() == "ann@example.org");
    CHECK(verdict[0].method() == SEALWAX_METHOD_PORTAL && verdict[1].action() == 0 && verdict[1].summary().empty());
    CHECK(verdict.has_category("phi") && !verdict.has_category("financial"));
    CHECK(engine.evaluate(transaction, phi, 0).json().view().find("portal") != std::string_view::npos);
    CHECK(verdict[0].outer("To: Ann <ann@example.org>\nX-Patient: 7\n\nx").view() == "To: ann@example.org\n");
    CHECK(sealwax::inner("Bcc: a@b.example\nTo: c@d.example\n\nx").view() == "To: c@d.example\n\nx");
    try {
        (void)verdict[0].fallback_outer("To: ann@example.org\n\nx");
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.status() == SEALWAX_ORDER);
    }

    sealwax::keyring keyring;
    CHECK(keyring.generate_local().view().substr(0, 15) == "SEALWAX-LOCAL-1" && keyring.size() == 1);
    sealwax::keyring pair, again;
    again.add_key(pair.generate(SEALWAX_KEY_X25519).view());
    CHECK(sealwax::opener(again).open(sealwax::sealer(pair).seal("labs")).size() == 4);
    again.add_ring("epoch 0");
    again.add_passphrase("correct horse");
    CHECK(again.size() == 2);
    sealwax::context context;
    context.add("message-id", "<1@clinic.example>");
    const auto sealed = sealwax::sealer(keyring, nullptr, &context).seal("labs");
    const auto plain = sealwax::opener(keyring, &context).open(sealed);
    CHECK(std::string(plain.begin(), plain.end()) == "labs");
    try {
        (void)sealwax::opener(keyring).open(sealed);
        CHECK(!"reached");
    } catch (const std::exception &error) {
        CHECK(dynamic_cast<const sealwax::error &>(error).status() == SEALWAX_OPEN);
    }
}

void a_message_is_redacted(const sealwax::engine &engine) {
    const auto [redacted, summary] = engine.redact("1", "Subject: MRN 38857281\r\n\r\nasthma\r\n");
    CHECK(redacted.view().find("MRN [MRN]") != std::string_view::npos);
    CHECK(summary.view() == "{\"id\":\"1\",\"redacted\":{\"MRN\":1},\"removed\":[]}");
    sealwax::redaction how;
    how.set_mode(SEALWAX_MODE_PSEUDONYM);
    how.set_key(sealwax::generate_hash_key().view());
    how.keep("US_SSN");
    how.keep_participants(true);
    how.shift_dates("ann");
    const auto text = engine.redact_text("", "MRN 38857281, SSN 536-90-4399", &how).first;
    CHECK(text.view().substr(0, 8) == "MRN [MRN" && text.view().find("536-90-4399") != std::string_view::npos);
    CHECK(engine.identifiers("1", phi, "newsletter").view().find("\"unneeded\":1") != std::string_view::npos);
    CHECK(engine.identifiers_in_text("1", "asthma").view().find("\"safe_harbor\":true") != std::string_view::npos);
    try {
        (void)sealwax::engine_builder().roster_key("SEALWAX-HASH-07").build();
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.status() == SEALWAX_KEY);
    }
}

void recipients_change_and_a_bucket_is_shredded() {
    sealwax::ring ring;
    ring.rotate("clinic-7/2027-01");
    sealwax::keyring bucket, hold;
    bucket.add_ring(ring.text().view(), "clinic-7/2027-01");
    (void)hold.generate_local();
    sealwax::sealer unnamed(hold);
    unnamed.anonymous();
    const auto nobody = unnamed.seal("labs");
    CHECK(sealwax::sealed_header_json(nobody).view().find("\"local:\"") != std::string_view::npos);
    sealwax::ring signers;
    const auto desk = signers.rotate_signer("desk");
    unnamed.sign(signers, "desk");
    unnamed.padded();
    const auto signed_by = sealwax::opener(hold).open_signed(unnamed.seal("labs"));
    CHECK(signed_by.first.size() == 4 && signed_by.second == desk.view());
    sealwax::opener asking(hold);
    asking.sender(signed_by.second);
    CHECK(asking.open(unnamed.seal("labs")).size() == 4);
    sealwax::sealer sealer(bucket);
    sealer.bucket("clinic-7/2027-01");
    sealer.retention("six-years");
    sealer.protect_recipients();
    sealer.threads(2);
    auto sealed = sealer.seal("labs");
    CHECK(sealwax::sealed_header_json(sealed).view().find("\"class\":\"six-years\"") != std::string_view::npos);
    sealwax::rewrapper rewrapper(&bucket);
    rewrapper.hold(hold);
    rewrapper.remove("local:nobody");
    sealed = rewrapper.rewrap(sealed);
    CHECK(sealwax::sealed_survivors(sealed, bucket) == 1);
    CHECK(ring.destroy("clinic-7/2027-01") == 1 && ring.epoch() == 2);
    sealwax::opener opener(hold);
    opener.threads(2);
    opener.at(1000000000000);
    opener.past_retention();
    const auto plain = opener.open(sealed);
    CHECK(std::string(plain.begin(), plain.end()) == "labs");
    sealwax::rewrapper back(&hold);
    back.replace_all();
    back.add(hold);
    try {
        (void)back.rewrap(sealed); // a message in a bucket takes no other key
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.status() == SEALWAX_SEAL);
    }
    try {
        hold.add_certificate("CANARY", 0);
        CHECK(!"reached");
    } catch (const sealwax::error &error) {
        CHECK(error.status() == SEALWAX_KEY);
    }
    CHECK((sealwax::memory_protect() | 3u) == 3u);
}

#else

void recipients_change_and_a_bucket_is_shredded() {
    auto keys = sealwax::keyring::create();
    auto added = sealwax::keyring::create();
    CHECK(keys && added && keys->generate_local() && added->generate_local());
    CHECK(!keys->add_credentials("CANARY") && !keys->add_sealing_credentials("CANARY", "x", 0));
    CHECK(!keys->add_rsa_secret_key("CANARY") && !sealwax::ring::create("CANARY"));
    auto sealed = sealwax::sealer::create(*keys)->seal("labs");
    auto rewrapper = sealwax::rewrapper::create(&*keys);
    CHECK(rewrapper && rewrapper->add(*added));
    auto rewrapped = rewrapper->rewrap(*sealed);
    CHECK(rewrapped && sealwax::opener::create(*added)->open(*rewrapped));
}

void a_message_is_redacted(const sealwax::engine &engine) {
    auto how = sealwax::redaction::create();
    CHECK(how && how->set_mode(SEALWAX_MODE_MASK) && !how->set_mode(0));
    auto redacted = engine.redact_text("1", "MRN 38857281", &*how);
    CHECK(redacted && redacted->first.view() == "MRN ********");
    CHECK(!engine.identifiers("1", phi, "fun"));
}

void a_bad_policy_is_an_error_with_its_place() {
    const auto engine = sealwax::engine_builder().policy_toml(wrong_policy).build();
    CHECK(!engine && engine.error().status() == SEALWAX_POLICY && engine.error().line() == 2);
}

void a_message_is_decided_and_sealed(const sealwax::engine &engine) {
    auto transaction = sealwax::transaction::create("nurse@clinic.example");
    CHECK(transaction && transaction->add_recipient("ann@example.org"));
    auto verdict = engine.evaluate(*transaction, phi, 0);
    CHECK(verdict && (*verdict)[0].method() == SEALWAX_METHOD_PORTAL);
    CHECK((*verdict)[0].outer(phi) && !(*verdict)[0].fallback_outer(phi));
    CHECK(!transaction->set_recipient_internal(1, true));

    auto keyring = sealwax::keyring::create();
    CHECK(keyring && !sealwax::sealer::create(*keyring));
    CHECK(keyring->generate_local());
    auto sealer = sealwax::sealer::create(*keyring);
    auto opener = sealwax::opener::create(*keyring);
    auto sealed = sealer->seal("labs");
    auto plain = opener->open(*sealed);
    CHECK(plain && std::string(plain->begin(), plain->end()) == "labs");
    (*sealed)[0] ^= 1;
    CHECK(opener->open(*sealed).error().status() == SEALWAX_OPEN);
}

#endif

} // namespace

int main() {
    auto first = sealwax::engine_builder().profile("hipaa-2013").build();
#ifndef SEALWAX_NO_EXCEPTIONS
    const auto engine = std::move(first);
    a_bad_policy_is_an_exception_with_its_place();
#else
    CHECK(first);
    const auto engine = *std::move(first);
    a_bad_policy_is_an_error_with_its_place();
#endif
    a_message_is_decided_and_sealed(engine);
    a_message_is_redacted(engine);
    recipients_change_and_a_bucket_is_shredded();
    return 0;
}
