/* Redaction, reports of identifiers, and rosters. The argument is a file with a roster, made with ROSTER_KEY. */
#include "check.h"

#define ROSTER_KEY "SEALWAX-HASH-0707070707070707070707070707070707070707070707070707070707070707"
#define MAIL "From: ann@clinic.example\r\nSubject: MRN 38857281\r\n\r\nHer SSN is 536-90-4399, diabetes.\r\n"

static int holds(const sealwax_buf *buf, const char *text) {
    return strstr((const char *)sealwax_buf_data(buf), text) != NULL;
}

static sealwax_redaction *new_redaction(void) {
    sealwax_redaction *redaction;
    OK(sealwax_redaction_new(&redaction, NULL));
    return redaction;
}

static void null_is_refused(const sealwax_engine *engine) {
    sealwax_buf *json;
    CHECK(sealwax_hash_key_generate(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_new(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_set_mode(NULL, SEALWAX_MODE_MASK, NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_set_key(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_shift_dates(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_keep(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_redaction_keep_participants(NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_redact(NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_redact_text(NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_identifiers(NULL, NULL, 0, NULL, 0, NULL, 0, &json, NULL) == SEALWAX_NULL && json == NULL);
    CHECK(sealwax_engine_identifiers_in_text(engine, NULL, 0, NULL, 0, NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_engine_builder_roster_key(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    sealwax_redaction_free(NULL);
}

static void a_message_is_written_anew_and_told_of(const sealwax_engine *engine) {
    sealwax_redaction *redaction = new_redaction();
    sealwax_buf *redacted, *summary;
    OK(sealwax_engine_redact(engine, NULL, TEXT("1"), BYTES(MAIL), &redacted, &summary, NULL));
    CHECK(holds(redacted, "Her SSN is [US_SSN], diabetes.") && !holds(redacted, "ann@clinic.example"));
    CHECK(strcmp((const char *)sealwax_buf_data(summary),
                 "{\"id\":\"1\",\"redacted\":{\"MRN\":1,\"US_SSN\":1},\"removed\":[]}") == 0);
    sealwax_buf_free(redacted);
    sealwax_buf_free(summary);
    OK(sealwax_redaction_set_mode(redaction, SEALWAX_MODE_MASK, NULL));
    OK(sealwax_redaction_keep(redaction, TEXT("MRN"), NULL));
    OK(sealwax_redaction_keep_participants(redaction, 1, NULL));
    OK(sealwax_engine_redact(engine, redaction, TEXT("1"), BYTES(MAIL), &redacted, NULL, NULL));
    CHECK(holds(redacted, "***-**-****") && holds(redacted, "38857281") && holds(redacted, "ann@clinic.example"));
    sealwax_buf_free(redacted);
    CHECK(sealwax_redaction_set_mode(redaction, 5, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_redaction_keep_participants(redaction, 2, NULL) == SEALWAX_RANGE);
    sealwax_redaction_free(redaction);
}

static void pseudonyms_and_moved_dates_need_a_key_and_are_stable(const sealwax_engine *engine) {
    static const char TEXT_IN[] = "SSN 536-90-4399, DOB 2001-05-01";
    sealwax_redaction *redaction = new_redaction();
    sealwax_buf *key, *redacted, *again;
    sealwax_error *error;
    OK(sealwax_redaction_set_mode(redaction, SEALWAX_MODE_PSEUDONYM, NULL));
    OK(sealwax_redaction_shift_dates(redaction, TEXT("ann"), NULL));
    CHECK(sealwax_engine_redact_text(engine, redaction, NULL, 0, TEXT(TEXT_IN), &redacted, &again, NULL) == SEALWAX_KEY);
    CHECK(redacted == NULL && again == NULL);
    OK(sealwax_hash_key_generate(&key, NULL));
    CHECK(sealwax_redaction_set_key(redaction, (const char *)sealwax_buf_data(key), sealwax_buf_len(key) - 1, &error) ==
          SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), (const char *)sealwax_buf_data(key) + 20) == NULL);
    sealwax_error_free(error);
    OK(sealwax_redaction_set_key(redaction, (const char *)sealwax_buf_data(key), sealwax_buf_len(key), NULL));
    sealwax_buf_free(key);
    OK(sealwax_engine_redact_text(engine, redaction, NULL, 0, TEXT(TEXT_IN), &redacted, NULL, NULL));
    OK(sealwax_engine_redact_text(engine, redaction, NULL, 0, TEXT(TEXT_IN), &again, NULL, NULL));
    CHECK(strcmp((const char *)sealwax_buf_data(redacted), (const char *)sealwax_buf_data(again)) == 0);
    CHECK(holds(redacted, "SSN [US_SSN") && holds(redacted, "DOB 200"));
    CHECK(!holds(redacted, "536-90-4399") && !holds(redacted, "2001-05-01"));
    sealwax_buf_free(redacted);
    sealwax_buf_free(again);
    OK(sealwax_redaction_set_mode(redaction, SEALWAX_MODE_REMOVE, NULL));
    OK(sealwax_engine_redact_text(engine, redaction, NULL, 0, TEXT("SSN 536-90-4399, asthma"), &redacted, NULL, NULL));
    CHECK(strcmp((const char *)sealwax_buf_data(redacted), "SSN , asthma") == 0);
    sealwax_buf_free(redacted);
    sealwax_redaction_free(redaction);
}

static void a_report_says_what_the_purpose_does_not_need(const sealwax_engine *engine) {
    sealwax_buf *json;
    sealwax_error *error;
    OK(sealwax_engine_identifiers(engine, TEXT("1"), BYTES(MAIL), TEXT("appointment"), &json, NULL));
    CHECK(holds(json, "\"purpose\":\"appointment\",\"safe_harbor\":false,\"unneeded\":2"));
    CHECK(!holds(json, "536-90-4399"));
    sealwax_buf_free(json);
    OK(sealwax_engine_identifiers_in_text(engine, NULL, 0, TEXT("asthma"), NULL, 0, &json, NULL));
    CHECK(holds(json, "\"purpose\":null,\"safe_harbor\":true,\"unneeded\":null"));
    sealwax_buf_free(json);
    CHECK(sealwax_engine_identifiers(engine, NULL, 0, BYTES(MAIL), TEXT("fun"), &json, &error) == SEALWAX_RANGE);
    CHECK(json == NULL && strstr(sealwax_error_text(error, NULL), "expected one of appointment") != NULL);
    sealwax_error_free(error);
}

static sealwax_status with_roster(const uint8_t *roster, size_t length, const char *key, sealwax_engine **engine) {
    sealwax_engine_builder *builder;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_policy_toml(builder, TEXT("[[roster]]\nname = 'patients'\nfile = 'p.roster'\n"), NULL));
    OK(sealwax_engine_builder_resource(builder, TEXT("p.roster"), roster, length, NULL));
    if (key) OK(sealwax_engine_builder_roster_key(builder, key, strlen(key), NULL));
    CHECK(sealwax_engine_builder_roster_key(builder, TEXT("SEALWAX-HASH-07"), NULL) == SEALWAX_KEY);
    return sealwax_engine_builder_build(builder, engine, NULL);
}

static void a_roster_is_known_by_its_key(const char *path) {
    static uint8_t roster[10000];
    char key[200], other[200];
    FILE *file = fopen(path, "rb");
    sealwax_engine *engine;
    sealwax_buf *json, *drawn;
    size_t length;
    CHECK(file != NULL);
    CHECK(fgets(key, sizeof key, file) != NULL && strncmp(key, ROSTER_KEY, sizeof ROSTER_KEY - 1) == 0);
    key[strcspn(key, "\n")] = '\0';
    length = fread(roster, 1, sizeof roster, file);
    fclose(file);
    OK(with_roster(roster, length, key, &engine));
    OK(sealwax_engine_scan(engine, NULL, 0, BYTES("\r\n\r\nwe saw Zebulon Quistgaard today\r\n"), 0, &json, NULL));
    CHECK(holds(json, "PERSON") && !holds(json, "Zebulon"));
    sealwax_buf_free(json);
    sealwax_engine_free(engine);
    OK(sealwax_hash_key_generate(&drawn, NULL));
    CHECK(sealwax_buf_len(drawn) < sizeof other);
    strcpy(other, (const char *)sealwax_buf_data(drawn));
    sealwax_buf_free(drawn);
    CHECK(with_roster(roster, length, other, &engine) == SEALWAX_POLICY && engine == NULL);
    CHECK(with_roster(roster, length, NULL, &engine) == SEALWAX_POLICY);
}

int main(int count, char **arguments) {
    sealwax_engine *engine = new_engine();
    CHECK(count == 2);
    null_is_refused(engine);
    a_message_is_written_anew_and_told_of(engine);
    pseudonyms_and_moved_dates_need_a_key_and_are_stable(engine);
    a_report_says_what_the_purpose_does_not_need(engine);
    a_roster_is_known_by_its_key(arguments[1]);
    sealwax_engine_free(engine);
    return 0;
}
