/* Wrong arguments are refused with the right status, clear what they would have set, and change nothing. */
#include "check.h"

static void null_is_refused_by_every_call_that_needs_a_handle(void) {
    CHECK(sealwax_engine_builder_new(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_policy_toml(NULL, TEXT(""), NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_profile(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_limit(NULL, TEXT("parts"), 5, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_resource(NULL, TEXT("x"), BYTES("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_build(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_clone(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_evaluate(NULL, NULL, NULL, 0, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_evaluate_facts(NULL, NULL, 0, NULL, 0, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_scan(NULL, NULL, 0, NULL, 0, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_new(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_from_json(NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_to_json(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_sender(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_recipient(NULL, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_internal(NULL, 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_keys(NULL, 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_baa(NULL, 0, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_party(NULL, 0, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_agreement_json(NULL, 0, TEXT("{}"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_recipient_authentication(NULL, 0, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_evidence(NULL, 0, 1, 1, 0, 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_waiver_json(NULL, 0, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_preference_json(NULL, 0, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_account(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_group(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_stream(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_purpose(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_list(NULL, NULL, 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_methods(NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_enforces(NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_require_tls(NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_report_outcome(NULL, NULL, NULL, 0, NULL, 0, NULL, 0, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_add_flag(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_new(NULL, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_header(NULL, NULL, 0, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_body(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_raw(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_finish(NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_feed_reset(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_verdict_has_category(NULL, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_verdict_json(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_context_new(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_context_add(NULL, TEXT("n"), TEXT("v"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_new(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_add_local(NULL, NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_generate_local(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_new(NULL, NULL, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_len(NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_seal(NULL, NULL, 0, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_seal_in_place(NULL, NULL, 0, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_new(NULL, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_len(NULL, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_open(NULL, NULL, 0, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_open_in_place(NULL, NULL, 0, NULL, NULL) == SEALWAX_NULL);
}

static void a_null_handle_answers_zero_and_null_and_is_freed_like_any(void) {
    size_t length = 7;
    CHECK(sealwax_error_status(NULL) == SEALWAX_NULL);
    CHECK(sealwax_error_line(NULL) == 0 && sealwax_error_column(NULL) == 0);
    CHECK(sealwax_error_text(NULL, &length) == NULL && length == 0);
    CHECK(sealwax_error_file(NULL, &length) == NULL && length == 0);
    CHECK(sealwax_buf_data(NULL) == NULL && sealwax_buf_len(NULL) == 0);
    CHECK(sealwax_transaction_recipient_count(NULL) == 0 && sealwax_keyring_len(NULL) == 0);
    CHECK(sealwax_verdict_delivery_count(NULL) == 0 && sealwax_verdict_delivery(NULL, 0) == NULL);
    CHECK(sealwax_verdict_level(NULL) == 0 && sealwax_verdict_is_complete(NULL) == 0);
    CHECK(sealwax_verdict_is_implied_phi(NULL) == 0 && sealwax_verdict_category_count(NULL) == 0);
    CHECK(sealwax_verdict_reason_count(NULL) == 0 && sealwax_verdict_reason(NULL, 0, NULL) == NULL);
    CHECK(sealwax_verdict_category(NULL, 0, NULL) == NULL && sealwax_verdict_policy_name(NULL, NULL) == NULL);
    CHECK(sealwax_verdict_policy_hash(NULL, NULL) == NULL);
    CHECK(sealwax_delivery_action(NULL) == 0 && sealwax_delivery_action(NULL) != SEALWAX_ACTION_SEND);
    CHECK(sealwax_delivery_reader(NULL) == 0);
    CHECK(sealwax_delivery_method(NULL) == 0 && sealwax_delivery_contract_level(NULL) == 0);
    CHECK(sealwax_delivery_requirement_message(NULL, &length) == NULL && length == 0);
    CHECK(sealwax_delivery_requirement_audit(NULL, NULL) == NULL);
    CHECK(sealwax_delivery_requirement_retention_days(NULL) == 0 && sealwax_delivery_requirement_post_quantum(NULL) == 0);
    CHECK(sealwax_delivery_recipient(NULL, NULL) == NULL && sealwax_delivery_summary(NULL, NULL) == NULL);
    CHECK(sealwax_delivery_edit_count(NULL) == 0 && sealwax_delivery_edit_kind(NULL, 0) == 0);
    CHECK(sealwax_delivery_why_reason(NULL, 0, NULL) == NULL && sealwax_delivery_rejected_method(NULL, 0) == 0);
    CHECK(sealwax_delivery_reply_code(NULL) == 0 && sealwax_delivery_waiver(NULL, NULL) == NULL);
    CHECK(sealwax_delivery_waiver_review_due(NULL) == SEALWAX_NO_TIME && sealwax_delivery_instead(NULL, NULL) == NULL);
    CHECK(sealwax_delivery_unapplied_waiver_count(NULL) == 0);
    CHECK(sealwax_delivery_unapplied_waiver(NULL, 0, NULL) == NULL);
    CHECK(sealwax_delivery_unapplied_waiver_reason(NULL, 0, NULL) == NULL);
    sealwax_error_free(NULL);
    sealwax_buf_free(NULL);
    sealwax_engine_builder_free(NULL);
    sealwax_engine_free(NULL);
    sealwax_transaction_free(NULL);
    sealwax_feed_free(NULL);
    sealwax_verdict_free(NULL);
    sealwax_context_free(NULL);
    sealwax_keyring_free(NULL);
    sealwax_sealer_free(NULL);
    sealwax_opener_free(NULL);
}

static void bytes_are_checked_before_they_are_read(void) {
    sealwax_transaction *transaction = new_transaction();
    sealwax_error *error;
    size_t index = 7;
    CHECK(sealwax_transaction_set_sender(transaction, NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_transaction_set_sender(transaction, "x", SIZE_MAX, NULL) == SEALWAX_LENGTH);
    CHECK(sealwax_transaction_set_sender(transaction, "x", SIZE_MAX / 2 + 1, NULL) == SEALWAX_LENGTH);
    CHECK(sealwax_transaction_set_sender(transaction, "\xff", 1, NULL) == SEALWAX_UTF8);
    CHECK(sealwax_transaction_add_recipient(transaction, "a\0b", 3, &index, &error) == SEALWAX_UTF8);
    CHECK(index == 0 && sealwax_error_status(error) == SEALWAX_UTF8);
    CHECK(strcmp(sealwax_error_text(error, NULL), "`address` holds a NUL") == 0);
    CHECK(sealwax_transaction_recipient_count(transaction) == 1);
    sealwax_error_free(error);
    sealwax_transaction_free(transaction);
}

static void numbers_are_checked(void) {
    sealwax_transaction *transaction = new_transaction();
    CHECK(sealwax_transaction_set_recipient_internal(transaction, 1, 1, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_internal(transaction, 0, 2, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_keys(transaction, 0, 4, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_baa(transaction, 0, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_party(transaction, 0, 4, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_party(transaction, 1, 1, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_recipient_agreement_json(transaction, 0, TEXT("{\"end\": \"soon\"}"), NULL) ==
          SEALWAX_FACTS);
    CHECK(sealwax_transaction_set_recipient_authentication(transaction, 0, 4, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_add_evidence(transaction, 0, 9, 1, 0, 0, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_add_evidence(transaction, 0, 1, 6, 0, 0, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_add_evidence(transaction, 0, 1, 1, SEALWAX_NO_TIME, 0, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_methods(transaction, 16, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_set_enforces(transaction, -1, NULL) == SEALWAX_RANGE);
    sealwax_transaction_free(transaction);
}

static void every_fact_that_is_set_is_in_the_json_and_is_read_again(void) {
    static const char waiver[] = "{\"id\": \"w1\", \"recipient\": \"ann@example.org\", \"basis\": \"preference\","
                                 " \"scope\": {\"categories\": [\"phi\"]},"
                                 " \"effective_from\": \"2026-01-01T00:00:00Z\", \"history\": []}";
    static const char *const facts[] = {
        "\"sender\":\"nurse@clinic.example\"", "\"address\":\"ann@example.org\"", "\"internal\":true",
        "\"smime\":true", "\"pgp\":false", "\"baa\":\"signed\"", "\"party\":\"organization\"",
        "\"agreement\":{\"end\":\"2026-12-31\"}", "\"authentication\":\"second-factor\"",
        "\"kind\":\"mta-sts-enforce\"", "\"level\":\"verified\"", "\"observed_at\":\"1970-01-01T00:00:01Z\"",
        "\"valid_until\":\"1970-01-01T00:00:02Z\"", "\"failed\":true", "\"id\":\"w1\"", "\"account\":\"clinic\"",
        "\"groups\":[\"nurses\"]", "\"stream\":\"business\"", "\"purpose\":\"appointment\"",
        "\"id\":\"dialysis\",\"health\":true", "\"methods\":[\"tls\",\"portal\"]", "\"enforces\":\"verified\"",
        "\"flags\":[\"scanner-failed\"]",
    };
    sealwax_transaction *transaction = new_transaction(), *copy;
    sealwax_buf *json, *again;
    OK(sealwax_transaction_set_recipient_internal(transaction, 0, 1, NULL));
    OK(sealwax_transaction_set_recipient_keys(transaction, 0, SEALWAX_KEYS_SMIME, NULL));
    OK(sealwax_transaction_set_recipient_baa(transaction, 0, SEALWAX_BAA_SIGNED, NULL));
    OK(sealwax_transaction_set_recipient_party(transaction, 0, SEALWAX_PARTY_ORGANIZATION, NULL));
    OK(sealwax_transaction_set_recipient_agreement_json(transaction, 0, TEXT("{\"end\": \"2026-12-31\"}"), NULL));
    OK(sealwax_transaction_set_recipient_authentication(transaction, 0, SEALWAX_AUTHENTICATION_SECOND_FACTOR, NULL));
    OK(sealwax_transaction_add_evidence(transaction, 0, SEALWAX_EVIDENCE_MTA_STS_ENFORCE, SEALWAX_TRANSPORT_VERIFIED,
                                        1000, 2000, 1, NULL));
    OK(sealwax_transaction_add_waiver_json(transaction, 0, TEXT(waiver), NULL));
    OK(sealwax_transaction_set_account(transaction, TEXT("clinic"), NULL));
    OK(sealwax_transaction_add_group(transaction, TEXT("nurses"), NULL));
    OK(sealwax_transaction_set_stream(transaction, TEXT("business"), NULL));
    OK(sealwax_transaction_set_purpose(transaction, TEXT("appointment"), NULL));
    OK(sealwax_transaction_set_list(transaction, TEXT("dialysis"), 1, NULL));
    OK(sealwax_transaction_set_methods(transaction, SEALWAX_METHODS_TLS | SEALWAX_METHODS_PORTAL, NULL));
    OK(sealwax_transaction_set_enforces(transaction, SEALWAX_TRANSPORT_VERIFIED, NULL));
    OK(sealwax_transaction_add_flag(transaction, TEXT("scanner-failed"), NULL));
    OK(sealwax_transaction_to_json(transaction, &json, NULL));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (!strstr((const char *)sealwax_buf_data(json), facts[i]))
            fprintf(stderr, "no %s in %s\n", facts[i], (const char *)sealwax_buf_data(json));
        CHECK(strstr((const char *)sealwax_buf_data(json), facts[i]) != NULL);
    }
    OK(sealwax_transaction_from_json((const char *)sealwax_buf_data(json), sealwax_buf_len(json), &copy, NULL));
    OK(sealwax_transaction_to_json(copy, &again, NULL));
    CHECK(sealwax_buf_len(json) == sealwax_buf_len(again));
    CHECK(memcmp(sealwax_buf_data(json), sealwax_buf_data(again), sealwax_buf_len(json)) == 0);
    sealwax_buf_free(json);
    sealwax_buf_free(again);
    sealwax_transaction_free(copy);
    sealwax_transaction_free(transaction);
}

static void bad_facts_and_policies_have_a_place(void) {
    static const char facts[] = "{\"sender\": \"a@b.example\",\n \"recipient\": []}";
    static const char policy[] = "name = \"x\"\nbaselin = 3\n";
    sealwax_transaction *transaction = new_transaction(), *made = transaction;
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_error *error;
    CHECK(sealwax_transaction_from_json(TEXT(facts), &made, &error) == SEALWAX_FACTS);
    CHECK(made == NULL && sealwax_error_line(error) == 2 && sealwax_error_column(error) > 1);
    sealwax_error_free(error);
    CHECK(sealwax_transaction_add_preference_json(transaction, 0, TEXT("{}"), &error) == SEALWAX_FACTS);
    sealwax_error_free(error);
    CHECK(sealwax_transaction_add_waiver_json(transaction, 0, TEXT("{}"), &error) == SEALWAX_FACTS);
    sealwax_error_free(error);
    OK(sealwax_engine_builder_new(&builder, &error));
    OK(sealwax_engine_builder_policy_toml(builder, TEXT(policy), &error));
    CHECK(error == NULL);
    CHECK(sealwax_engine_builder_build(builder, &engine, &error) == SEALWAX_POLICY);
    CHECK(engine == NULL && sealwax_error_line(error) == 2 && sealwax_error_column(error) >= 1);
    CHECK(strstr(sealwax_error_text(error, NULL), "baselin") != NULL && sealwax_error_file(error, NULL) == NULL);
    sealwax_error_free(error);
    sealwax_transaction_free(transaction);
}

static void an_error_inside_an_included_file_names_it(void) {
    static const char policy[] = "include = ['part.toml']\n", part[] = "\n\nbaselin = 3\n";
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_error *error;
    size_t length;
    OK(sealwax_engine_builder_new(&builder, &error));
    OK(sealwax_engine_builder_policy_toml(builder, TEXT(policy), &error));
    OK(sealwax_engine_builder_resource(builder, TEXT("part.toml"), BYTES(part), &error));
    CHECK(sealwax_engine_builder_build(builder, &engine, &error) == SEALWAX_POLICY);
    CHECK(engine == NULL && sealwax_error_line(error) == 3 && sealwax_error_column(error) == 1);
    CHECK(strcmp(sealwax_error_file(error, &length), "part.toml") == 0 && length == strlen("part.toml"));
    CHECK(strstr(sealwax_error_text(error, NULL), "part.toml: line 3, column 1: ") != NULL);
    sealwax_error_free(error);
}

static void what_is_required_is_told(void) {
    static const char policy[] = "baseline = { message = 'sealed-authenticated', audit = 'full', retention_days = 40,"
                                 " post_quantum = true }\n";
    static const char mild[] = "baseline = {}\n";
    const char *policies[] = {policy, mild};
    for (int strict = 0; strict < 2; strict++) {
        sealwax_transaction *transaction = new_transaction();
        sealwax_engine_builder *builder;
        sealwax_engine *engine;
        sealwax_verdict *verdict;
        const sealwax_delivery *delivery;
        size_t length = 0;
        const char *text = policies[strict ? 0 : 1];
        OK(sealwax_engine_builder_new(&builder, NULL));
        OK(sealwax_engine_builder_policy_toml(builder, text, strlen(text), NULL));
        OK(sealwax_engine_builder_build(builder, &engine, NULL));
        OK(sealwax_engine_evaluate(engine, transaction, BYTES("Subject: x\r\n\r\ny"), 0, &verdict, NULL));
        delivery = sealwax_verdict_delivery(verdict, 0);
        CHECK(strcmp(sealwax_delivery_requirement_message(delivery, &length),
                     strict ? "sealed-authenticated" : "none") == 0);
        CHECK(length == strlen(sealwax_delivery_requirement_message(delivery, NULL)));
        CHECK(strcmp(sealwax_delivery_requirement_audit(delivery, NULL), strict ? "full" : "normal") == 0);
        CHECK(sealwax_delivery_requirement_retention_days(delivery) == (strict ? 40 : 0));
        CHECK(sealwax_delivery_requirement_post_quantum(delivery) == strict);
        sealwax_verdict_free(verdict);
        sealwax_engine_free(engine);
        sealwax_transaction_free(transaction);
    }
}

static void a_text_that_the_host_read_is_scanned_in_its_part(const sealwax_engine *engine) {
    static const char fax[] = "Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n";
    sealwax_transaction *transaction = new_transaction();
    sealwax_feed *feed;
    sealwax_verdict *verdict;
    OK(sealwax_feed_new(engine, transaction, &feed, NULL));
    OK(sealwax_feed_part_text(feed, TEXT("1"), TEXT("a map of the park"), NULL));
    OK(sealwax_feed_raw(feed, BYTES(fax), NULL));
    CHECK(sealwax_feed_part_text(feed, TEXT("one"), TEXT("x"), NULL) == SEALWAX_RANGE);
    CHECK(sealwax_feed_part_text(feed, NULL, 1, TEXT("x"), NULL) == SEALWAX_NULL);
    OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
    CHECK(sealwax_verdict_level(verdict) == SEALWAX_LEVEL_NONE);
    sealwax_verdict_free(verdict);
    OK(sealwax_feed_reset(feed, transaction, NULL));
    OK(sealwax_feed_raw(feed, BYTES(fax), NULL));
    OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
    CHECK(sealwax_verdict_level(verdict) == SEALWAX_LEVEL_SENSITIVE);
    sealwax_verdict_free(verdict);
    OK(sealwax_feed_reset(feed, transaction, NULL));
    OK(sealwax_feed_raw(feed, BYTES(fax), NULL));
    OK(sealwax_feed_part_text(feed, TEXT("2"), TEXT("of another message"), NULL));
    CHECK(sealwax_feed_finish(feed, 0, &verdict, NULL) == SEALWAX_EVALUATE && verdict == NULL);
    sealwax_feed_free(feed);
    sealwax_transaction_free(transaction);
}

/* The text of the error of a decision under a policy that knows a little of each kind; "" when there is none. */
static void decide_under_clinic(const char *mode, sealwax_transaction *transaction, long long now, sealwax_status status,
                                const char *const *words, size_t count) {
    static const char rest[] = "accounts = ['clinical']\nflags = ['vip']\npurposes = ['billing']\n"
                               "[[stream]]\nname = 'bulk'\n[[group]]\nname = 'front-desk'\n[[list]]\nid = 'news'\n";
    char policy[512];
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_verdict *verdict;
    sealwax_error *error;
    snprintf(policy, sizeof policy, "unknown_facts = '%s'\n%s", mode, rest);
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_policy_toml(builder, policy, strlen(policy), NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    CHECK(sealwax_engine_evaluate(engine, transaction, BYTES(PHI), now, &verdict, &error) == status);
    CHECK((verdict == NULL) == (status != SEALWAX_OK));
    for (size_t i = 0; status != SEALWAX_OK && i < count; i++)
        CHECK(strstr(sealwax_error_text(error, NULL), words[i]) != NULL);
    sealwax_error_free(error);
    sealwax_verdict_free(verdict);
    sealwax_engine_free(engine);
}

static void a_fact_that_the_policy_does_not_know_is_named_with_its_field_and_the_nearest(void) {
    static const char *const expected[][2] = {
        {"`flags`: ", "did you mean `vip`?"},          {"`groups`: ", "did you mean `front-desk`?"},
        {"`account`: ", "did you mean `clinical`?"},   {"`purpose`: ", "did you mean `billing`?"},
        {"`stream`: ", "did you mean `bulk`?"},        {"`list.id`: ", "did you mean `news`?"},
        {"recipient 1, `waivers.scope.categories`: ", "did you mean `phi`?"},
        {"`now`: ", "expected milliseconds"},
    };
    static const char waiver[] = "{\"id\": \"w1\", \"recipient\": \"ann@example.org\", \"basis\": \"preference\","
                                 " \"scope\": {\"categories\": [\"PHI\"]},"
                                 " \"effective_from\": \"2026-01-01T00:00:00Z\", \"history\": []}";
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        sealwax_transaction *transaction = new_transaction();
        switch (i) {
        case 0: OK(sealwax_transaction_add_flag(transaction, TEXT("VIP"), NULL)); break;
        case 1: OK(sealwax_transaction_add_group(transaction, TEXT("Front_Desk"), NULL)); break;
        case 2: OK(sealwax_transaction_set_account(transaction, TEXT(" clinical"), NULL)); break;
        case 3: OK(sealwax_transaction_set_purpose(transaction, TEXT("billings"), NULL)); break;
        case 4: OK(sealwax_transaction_set_stream(transaction, TEXT("bluk"), NULL)); break;
        case 5: OK(sealwax_transaction_set_list(transaction, TEXT("newz"), 0, NULL)); break;
        case 6: OK(sealwax_transaction_add_waiver_json(transaction, 0, TEXT(waiver), NULL)); break;
        default: break;
        }
        decide_under_clinic("error", transaction, i == 7 ? 1795253400 : 0, SEALWAX_FACTS, expected[i], 2);
        decide_under_clinic("strictest", transaction, i == 7 ? 1795253400 : 0, SEALWAX_OK, expected[i], 0);
        sealwax_transaction_free(transaction);
    }
}

static void evidence_in_seconds_is_refused_where_it_is_given(void) {
    sealwax_transaction *transaction = new_transaction();
    CHECK(sealwax_transaction_add_evidence(transaction, 0, SEALWAX_EVIDENCE_DANE, SEALWAX_TRANSPORT_DANE, 1795253400,
                                           SEALWAX_NO_TIME, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_transaction_add_evidence(transaction, 0, SEALWAX_EVIDENCE_DANE, SEALWAX_TRANSPORT_DANE, 0, 1795253400, 0,
                                           NULL) == SEALWAX_RANGE);
    OK(sealwax_transaction_add_evidence(transaction, 0, SEALWAX_EVIDENCE_DANE, SEALWAX_TRANSPORT_DANE, 1795253400000,
                                        SEALWAX_NO_TIME, 0, NULL));
    sealwax_transaction_free(transaction);
}

static void facts_in_json_name_the_recipient_and_the_nearest_value(void) {
    static const char facts[] = "{\"sender\": \"\", \"recipients\": [{\"address\": \"a@b.example\"},"
                                " {\"address\": \"c@d.example\", \"baa\": \"singed\"}]}";
    sealwax_transaction *made;
    sealwax_error *error;
    CHECK(sealwax_transaction_from_json(TEXT(facts), &made, &error) == SEALWAX_FACTS);
    CHECK(strstr(sealwax_error_text(error, NULL), "recipients[1].baa, recipient 2 (did you mean `signed`?)") != NULL);
    sealwax_error_free(error);
}

static void a_feed_refuses_calls_in_the_wrong_order_until_it_is_reset(const sealwax_engine *engine) {
    sealwax_transaction *transaction = new_transaction();
    sealwax_engine *second;
    sealwax_feed *feed;
    sealwax_verdict *verdict;
    OK(sealwax_engine_clone(engine, &second, NULL));
    OK(sealwax_feed_new(second, transaction, &feed, NULL));
    sealwax_engine_free(second); /* the feed keeps what it needs */
    OK(sealwax_feed_header(feed, BYTES("Subject"), BYTES("your results"), NULL));
    CHECK(sealwax_feed_raw(feed, BYTES("x"), NULL) == SEALWAX_ORDER);
    OK(sealwax_feed_body(feed, BYTES("MRN 12345678, diagnosis: diabetes, "), NULL));
    CHECK(sealwax_feed_header(feed, BYTES("X"), BYTES("y"), NULL) == SEALWAX_ORDER);
    OK(sealwax_feed_body(feed, NULL, 0, NULL));
    OK(sealwax_feed_body(feed, BYTES("HbA1c 9.1\r\n"), NULL));
    OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
    CHECK(sealwax_verdict_level(verdict) == SEALWAX_LEVEL_SENSITIVE);
    sealwax_verdict_free(verdict);
    CHECK(sealwax_feed_finish(feed, 0, &verdict, NULL) == SEALWAX_ORDER && verdict == NULL);
    CHECK(sealwax_feed_body(feed, BYTES("x"), NULL) == SEALWAX_ORDER);
    OK(sealwax_feed_reset(feed, transaction, NULL));
    OK(sealwax_feed_raw(feed, BYTES("Subject: lunch\r\n\r\nAt noon?\r\n"), NULL));
    OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
    CHECK(sealwax_verdict_level(verdict) == SEALWAX_LEVEL_NONE && sealwax_verdict_is_complete(verdict) == 1);
    sealwax_verdict_free(verdict);
    CHECK(sealwax_feed_part_text(feed, TEXT("1"), TEXT("x"), NULL) == SEALWAX_ORDER);
    sealwax_feed_free(feed);
    sealwax_transaction_free(transaction);
}

static void a_transaction_without_recipients_has_no_verdict(const sealwax_engine *engine) {
    sealwax_transaction *transaction;
    sealwax_verdict *verdict;
    OK(sealwax_transaction_new(&transaction, NULL));
    CHECK(sealwax_engine_evaluate(engine, transaction, BYTES(PHI), 0, &verdict, NULL) == SEALWAX_EVALUATE);
    CHECK(verdict == NULL);
    sealwax_transaction_free(transaction);
}

static void a_verdict_is_read_by_index_and_past_the_end_is_nothing(const sealwax_engine *engine) {
    sealwax_transaction *transaction = new_transaction();
    sealwax_verdict *verdict;
    sealwax_buf *json;
    size_t length;
    int32_t holds;
    OK(sealwax_engine_evaluate(engine, transaction, BYTES(PHI), 0, &verdict, NULL));
    CHECK(sealwax_verdict_delivery_count(verdict) == 1 && sealwax_verdict_delivery(verdict, 1) == NULL);
    const sealwax_delivery *delivery = sealwax_verdict_delivery(verdict, 0);
    CHECK(strcmp(sealwax_delivery_recipient(delivery, &length), "ann@example.org") == 0 && length == 15);
    CHECK(sealwax_delivery_why_count(delivery) > 0 && sealwax_delivery_why_reason(delivery, 0, NULL)[0] != '\0');
    CHECK(sealwax_delivery_why_reason(delivery, sealwax_delivery_why_count(delivery), &length) == NULL && length == 0);
    CHECK(sealwax_delivery_rejected_count(delivery) > 0);
    CHECK(sealwax_delivery_rejected_method(delivery, 0) == SEALWAX_METHOD_TLS);
    CHECK(sealwax_delivery_edit_kind(delivery, sealwax_delivery_edit_count(delivery)) == 0);
    CHECK(sealwax_delivery_edit_kind(delivery, 0) == SEALWAX_EDIT_REMOVE);
    CHECK(strcmp(sealwax_delivery_edit_name(delivery, 0, NULL), "Bcc") == 0);
    OK(sealwax_delivery_outer(delivery, BYTES("To: Ann <ann@example.org>\nX-Patient: 7\n\n"), &json, NULL));
    CHECK(strstr((const char *)sealwax_buf_data(json), "To: ann@example.org\n") != NULL);
    CHECK(strstr((const char *)sealwax_buf_data(json), "X-Patient") == NULL);
    sealwax_buf_free(json);
    CHECK(sealwax_delivery_fallback_outer(delivery, BYTES(PHI), &json, NULL) == SEALWAX_ORDER && json == NULL);
    CHECK(sealwax_delivery_outer(NULL, BYTES(PHI), &json, NULL) == SEALWAX_NULL && json == NULL);
    CHECK(sealwax_delivery_outer(delivery, BYTES(PHI), NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_message_inner(NULL, 1, &json, NULL) == SEALWAX_NULL && json == NULL);
    OK(sealwax_verdict_has_category(verdict, TEXT("phi"), &holds, NULL));
    CHECK(holds == 1);
    OK(sealwax_verdict_has_category(verdict, TEXT("financial"), &holds, NULL));
    CHECK(holds == 0);
    CHECK(sealwax_verdict_has_category(verdict, TEXT("PHI"), &holds, NULL) == SEALWAX_RANGE);
    CHECK(strlen(sealwax_verdict_policy_hash(verdict, NULL)) == 64);
    OK(sealwax_verdict_json(verdict, &json, NULL));
    CHECK(strstr((const char *)sealwax_buf_data(json), "\"method\":\"portal\"") != NULL);
    CHECK(strstr((const char *)sealwax_buf_data(json), "12345678") == NULL);
    CHECK(strlen((const char *)sealwax_buf_data(json)) == sealwax_buf_len(json));
    sealwax_buf_free(json);
    sealwax_verdict_free(verdict);
    sealwax_transaction_free(transaction);
}

static void a_scan_shows_the_text_only_on_request(const sealwax_engine *engine) {
    sealwax_buf *json;
    OK(sealwax_engine_scan(engine, TEXT("1"), BYTES(PHI), 0, &json, NULL));
    CHECK(strstr((const char *)sealwax_buf_data(json), "\"phi\":true") != NULL);
    CHECK(strstr((const char *)sealwax_buf_data(json), "12345678") == NULL);
    sealwax_buf_free(json);
    OK(sealwax_engine_scan(engine, TEXT("1"), BYTES(PHI), SEALWAX_SCAN_SHOW_TEXT, &json, NULL));
    CHECK(strstr((const char *)sealwax_buf_data(json), "12345678") != NULL);
    sealwax_buf_free(json);
    CHECK(sealwax_engine_scan(engine, TEXT("1"), BYTES(PHI), 2, &json, NULL) == SEALWAX_RANGE);
}

static void sealing_tells_the_needed_length_and_writes_nothing_when_short(void) {
    sealwax_keyring *keyring;
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    sealwax_buf *key;
    uint8_t sealed[1024], plain[16], untouched[1024];
    size_t length, needed;
    memset(sealed, 0xa5, sizeof sealed);
    memset(untouched, 0xa5, sizeof untouched);
    OK(sealwax_keyring_new(&keyring, NULL));
    CHECK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL) == SEALWAX_KEY && sealer == NULL);
    CHECK(sealwax_opener_new(keyring, NULL, &opener, NULL) == SEALWAX_KEY && opener == NULL);
    OK(sealwax_keyring_generate_local(keyring, &key, NULL));
    CHECK(sealwax_keyring_len(keyring) == 1);
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));

    OK(sealwax_sealer_len(sealer, 4, &length, NULL));
    CHECK(length <= sizeof sealed);
    CHECK(sealwax_sealer_len(sealer, SIZE_MAX, &needed, NULL) == SEALWAX_LENGTH && needed == 0);
    CHECK(sealwax_sealer_seal(sealer, BYTES("labs"), sealed, length - 1, &needed, NULL) == SEALWAX_SHORT);
    CHECK(needed == length && memcmp(sealed, untouched, sizeof sealed) == 0);
    CHECK(sealwax_sealer_seal(sealer, BYTES("labs"), sealed, SIZE_MAX, &needed, NULL) == SEALWAX_LENGTH);
    CHECK(sealwax_sealer_seal(sealer, sealed, 4, sealed, sizeof sealed, &needed, NULL) == SEALWAX_RANGE);
    OK(sealwax_sealer_seal(sealer, BYTES("labs"), sealed, sizeof sealed, &needed, NULL));
    CHECK(needed == length && sealed[length] == 0xa5);

    OK(sealwax_opener_len(opener, sealed, length, &needed, NULL));
    CHECK(needed == 4);
    CHECK(sealwax_opener_open(opener, sealed, length, plain, 3, &needed, NULL) == SEALWAX_SHORT && needed == 4);
    OK(sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &needed, NULL));
    CHECK(needed == 4 && memcmp(plain, "labs", 4) == 0);
    for (size_t at = 0; at < length; at++) {
        sealed[at] ^= 1;
        CHECK(sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &needed, NULL) != SEALWAX_OK);
        sealed[at] ^= 1;
    }
    CHECK(sealwax_opener_open(opener, BYTES("no sealed message"), plain, sizeof plain, &needed, NULL) == SEALWAX_OPEN);
    OK(sealwax_opener_open_in_place(opener, sealed, length, &needed, NULL));
    CHECK(needed == 4 && memcmp(sealed, "labs", 4) == 0);
    CHECK(sealwax_sealer_seal_in_place(sealer, sealed, length - 1, 4, &needed, NULL) == SEALWAX_SHORT);
    CHECK(needed == length && memcmp(sealed, "labs", 4) == 0);
    sealwax_opener_free(opener);
    sealwax_sealer_free(sealer);
    sealwax_keyring_free(keyring);
    sealwax_buf_free(key);
}

static void a_key_is_read_back_and_a_context_binds(void) {
    sealwax_keyring *ours, *theirs;
    sealwax_context *context;
    sealwax_sealer *sealer;
    sealwax_opener *with, *without;
    sealwax_error *error;
    sealwax_buf *key;
    uint8_t sealed[1024], plain[16];
    size_t length, needed;
    OK(sealwax_keyring_new(&ours, NULL));
    OK(sealwax_keyring_new(&theirs, NULL));
    OK(sealwax_keyring_generate_local(ours, &key, NULL));
    OK(sealwax_keyring_add_local(theirs, (const char *)sealwax_buf_data(key), sealwax_buf_len(key), NULL));
    CHECK(sealwax_keyring_add_local(theirs, TEXT("SEALWAX-LOCAL-1QQQQ"), &error) == SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), "QQQQ") == NULL && sealwax_error_column(error) > 0);
    sealwax_error_free(error);
    OK(sealwax_context_new(&context, NULL));
    OK(sealwax_context_add(context, TEXT("message-id"), TEXT("<1@clinic.example>"), NULL));
    CHECK(sealwax_context_add(context, TEXT("message-id"), TEXT("<2@clinic.example>"), NULL) == SEALWAX_RANGE);
    CHECK(sealwax_sealer_new(ours, context, context, &sealer, NULL) == SEALWAX_RANGE && sealer == NULL);
    OK(sealwax_sealer_new(ours, NULL, context, &sealer, NULL));
    OK(sealwax_opener_new(theirs, context, &with, NULL));
    OK(sealwax_opener_new(theirs, NULL, &without, NULL));
    OK(sealwax_sealer_seal(sealer, BYTES("labs"), sealed, sizeof sealed, &length, NULL));
    CHECK(sealwax_opener_open(without, sealed, length, plain, sizeof plain, &needed, NULL) == SEALWAX_OPEN);
    OK(sealwax_opener_open(with, sealed, length, plain, sizeof plain, &needed, NULL));
    CHECK(needed == 4 && memcmp(plain, "labs", 4) == 0);
    sealwax_opener_free(with);
    sealwax_opener_free(without);
    sealwax_sealer_free(sealer);
    sealwax_context_free(context);
    sealwax_keyring_free(ours);
    sealwax_keyring_free(theirs);
    sealwax_buf_free(key);
}

static void a_limit_counts_and_an_unknown_one_is_told_by_the_build(void) {
    static const char mail[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                               "--b\r\n\r\nx\r\n--b\r\n\r\nx\r\n--b\r\n\r\nx\r\n--b--\r\n";
    sealwax_engine_builder *builder;
    sealwax_engine *engine = NULL;
    sealwax_transaction *transaction = new_transaction();
    sealwax_verdict *verdict;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_limit(builder, TEXT("pards"), 2, NULL));
    CHECK(sealwax_engine_builder_build(builder, &engine, NULL) == SEALWAX_POLICY && engine == NULL);
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_limit(builder, TEXT("parts"), 2, NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    OK(sealwax_engine_evaluate(engine, transaction, BYTES(mail), 0, &verdict, NULL));
    CHECK(sealwax_verdict_is_complete(verdict) == 0);
    sealwax_verdict_free(verdict);
    sealwax_transaction_free(transaction);
    sealwax_engine_free(engine);
}

static void an_outcome_is_decided_on_again(void) {
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_transaction *transaction = new_transaction();
    sealwax_verdict *verdict = NULL;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_profile(builder, TEXT("minimal"), NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    OK(sealwax_engine_report_outcome(engine, transaction, BYTES("Subject: a\r\n\r\nb\r\n"), TEXT("ann@example.org"),
                                     TEXT("starttls-not-supported"), 0, &verdict, NULL));
    CHECK(sealwax_delivery_method(sealwax_verdict_delivery(verdict, 0)) == SEALWAX_METHOD_PORTAL);
    CHECK(sealwax_delivery_reader(sealwax_verdict_delivery(verdict, 0)) == SEALWAX_AUTHENTICATION_SINGLE_FACTOR);
    sealwax_verdict_free(verdict);
    CHECK(sealwax_engine_report_outcome(engine, transaction, BYTES("a"), TEXT("ann@example.org"), TEXT("fine"), 0,
                                        &verdict, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_engine_report_outcome(engine, transaction, BYTES("a"), TEXT("eve@example.org"), TEXT("verified"), 0,
                                        &verdict, NULL) == SEALWAX_EVALUATE);
    sealwax_transaction_free(transaction);
    sealwax_engine_free(engine);
}

static int is_phi(const char *setting, const char *mail) {
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_buf *json;
    const char *text;
    int phi;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_strictness(builder, setting, strlen(setting), NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    OK(sealwax_engine_scan(engine, TEXT("a"), (const uint8_t *)mail, strlen(mail), 0, &json, NULL));
    text = (const char *)sealwax_buf_data(json);
    phi = strstr(text, "\"phi\":true") != NULL;
    CHECK(strstr(text, setting) != NULL);
    sealwax_buf_free(json);
    sealwax_engine_free(engine);
    return phi;
}

static void the_host_says_how_readily_words_of_health_count(void) {
    sealwax_engine_builder *builder;
    static const char mail[] = "Subject: x\r\n\r\nPeter Lang has lupus.\r\n";
    CHECK(is_phi("strict", mail));
    CHECK(is_phi("balanced", mail));
    CHECK(!is_phi("narrow", mail));
    CHECK(sealwax_engine_builder_strictness(NULL, TEXT("strict"), NULL) == SEALWAX_NULL);
    OK(sealwax_engine_builder_new(&builder, NULL));
    CHECK(sealwax_engine_builder_strictness(builder, TEXT("lax"), NULL) == SEALWAX_RANGE);
    sealwax_engine_builder_free(builder);
}

int main(void) {
    sealwax_engine *engine = new_engine();
    null_is_refused_by_every_call_that_needs_a_handle();
    a_null_handle_answers_zero_and_null_and_is_freed_like_any();
    bytes_are_checked_before_they_are_read();
    numbers_are_checked();
    every_fact_that_is_set_is_in_the_json_and_is_read_again();
    bad_facts_and_policies_have_a_place();
    an_error_inside_an_included_file_names_it();
    what_is_required_is_told();
    a_text_that_the_host_read_is_scanned_in_its_part(engine);
    a_fact_that_the_policy_does_not_know_is_named_with_its_field_and_the_nearest();
    evidence_in_seconds_is_refused_where_it_is_given();
    facts_in_json_name_the_recipient_and_the_nearest_value();
    a_feed_refuses_calls_in_the_wrong_order_until_it_is_reset(engine);
    a_transaction_without_recipients_has_no_verdict(engine);
    a_verdict_is_read_by_index_and_past_the_end_is_nothing(engine);
    a_scan_shows_the_text_only_on_request(engine);
    sealing_tells_the_needed_length_and_writes_nothing_when_short();
    a_key_is_read_back_and_a_context_binds();
    a_limit_counts_and_an_unknown_one_is_told_by_the_build();
    an_outcome_is_decided_on_again();
    the_host_says_how_readily_words_of_health_count();
    CHECK(sealwax_version_number() == SEALWAX_VERSION_NUMBER && sealwax_abi() == SEALWAX_ABI);
    sealwax_engine_free(engine);
    return 0;
}
