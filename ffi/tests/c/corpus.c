/*
 * Runs cases of the shared corpus. Each argument is a folder with policy.toml, message.eml, facts.json, and what must
 * come out: verdict.json and scan.json, byte for byte, and verdict.txt, the verdict as it is read by index. The name of
 * the folder is that of the case.
 */
#include "check.h"

#include <stdarg.h>

/* A file in memory, with a NUL behind it. */
struct file {
    char *bytes;
    size_t length;
};

static struct file read_file(const char *folder, const char *name) {
    char path[4096];
    struct file file;
    CHECK(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    FILE *stream = fopen(path, "rb");
    CHECK(stream != NULL && fseek(stream, 0, SEEK_END) == 0);
    long length = ftell(stream);
    CHECK(length >= 0 && fseek(stream, 0, SEEK_SET) == 0);
    file.length = (size_t)length;
    file.bytes = calloc(file.length + 1, 1);
    CHECK(file.bytes != NULL && fread(file.bytes, 1, file.length, stream) == file.length);
    fclose(stream);
    return file;
}

/* Whether what came out is what the file holds. */
static int is_same(const char *folder, const char *name, const char *real, size_t length) {
    struct file expected = read_file(folder, name);
    int same = expected.length == length && memcmp(expected.bytes, real, length) == 0;
    if (!same)
        fprintf(stderr, "%s/%s\n  expected: %s\n  real:     %.*s\n", folder, name, expected.bytes, (int)length, real);
    free(expected.bytes);
    return same;
}

static int is_same_buf(const char *folder, const char *name, sealwax_buf *buf) {
    int same = is_same(folder, name, (const char *)sealwax_buf_data(buf), sealwax_buf_len(buf));
    sealwax_buf_free(buf);
    return same;
}

/* Lines of text, one after the other. */
struct lines {
    char *text;
    size_t length;
};

static void add_line(struct lines *lines, const char *format, ...) {
    enum { LINE = 4096 };
    va_list arguments;
    lines->text = realloc(lines->text, lines->length + LINE);
    CHECK(lines->text != NULL);
    va_start(arguments, format);
    int length = vsnprintf(lines->text + lines->length, LINE - 1, format, arguments);
    va_end(arguments);
    CHECK(length >= 0 && length < LINE - 1);
    lines->length += (size_t)length;
    lines->text[lines->length++] = '\n';
}

static const char *or_dash(const char *text) { return text ? text : "-"; }

static void add_delivery(struct lines *lines, const sealwax_delivery *delivery) {
    add_line(lines, "delivery %s action %d method %d fallback %d %d level %d postfix %s protocol %s waiver %s",
             sealwax_delivery_recipient(delivery, NULL), (int)sealwax_delivery_action(delivery),
             (int)sealwax_delivery_method(delivery), (int)sealwax_delivery_fallback_action(delivery),
             (int)sealwax_delivery_fallback_method(delivery), (int)sealwax_delivery_contract_level(delivery),
             or_dash(sealwax_delivery_contract_postfix(delivery, NULL)),
             or_dash(sealwax_delivery_contract_protocol(delivery, NULL)),
             or_dash(sealwax_delivery_waiver(delivery, NULL)));
    add_line(lines, "archive %d due %lld instead %s", (int)sealwax_delivery_archive(delivery),
             (long long)sealwax_delivery_waiver_review_due(delivery), or_dash(sealwax_delivery_instead(delivery, NULL)));
    for (size_t i = 0; i < sealwax_delivery_unapplied_waiver_count(delivery); i++)
        add_line(lines, "unapplied %s %s", sealwax_delivery_unapplied_waiver(delivery, i, NULL),
                 sealwax_delivery_unapplied_waiver_reason(delivery, i, NULL));
    add_line(lines, "requirement %s %s %d %d", sealwax_delivery_requirement_message(delivery, NULL),
             sealwax_delivery_requirement_audit(delivery, NULL),
             (int)sealwax_delivery_requirement_retention_days(delivery),
             (int)sealwax_delivery_requirement_post_quantum(delivery));
    add_line(lines, "summary %s", sealwax_delivery_summary(delivery, NULL));
    add_line(lines, "reply %d %s %s", (int)sealwax_delivery_reply_code(delivery),
             or_dash(sealwax_delivery_reply_status(delivery, NULL)),
             or_dash(sealwax_delivery_reply_text(delivery, NULL)));
    for (size_t i = 0; i < sealwax_delivery_contract_suite_count(delivery); i++)
        add_line(lines, "suite %s", sealwax_delivery_contract_suite(delivery, i, NULL));
    for (size_t i = 0; i < sealwax_delivery_edit_count(delivery); i++)
        add_line(lines, "edit %d %s: %s", (int)sealwax_delivery_edit_kind(delivery, i),
                 sealwax_delivery_edit_name(delivery, i, NULL),
                 or_dash(sealwax_delivery_edit_value(delivery, i, NULL)));
    for (size_t i = 0; i < sealwax_delivery_why_count(delivery); i++)
        add_line(lines, "why %s %s %s: %s (%s)", sealwax_delivery_why_dimension(delivery, i, NULL),
                 sealwax_delivery_why_value(delivery, i, NULL), sealwax_delivery_why_rule(delivery, i, NULL),
                 sealwax_delivery_why_reason(delivery, i, NULL),
                 or_dash(sealwax_delivery_why_citation(delivery, i, NULL)));
    for (size_t i = 0; i < sealwax_delivery_rejected_count(delivery); i++)
        add_line(lines, "rejected %d: %s", (int)sealwax_delivery_rejected_method(delivery, i),
                 sealwax_delivery_rejected_reason(delivery, i, NULL));
}

static int is_same_by_index(const char *folder, const sealwax_verdict *verdict) {
    struct lines lines = {NULL, 0};
    add_line(&lines, "policy %s %s", sealwax_verdict_policy_name(verdict, NULL),
             sealwax_verdict_policy_hash(verdict, NULL));
    add_line(&lines, "level %d complete %d implied %d", (int)sealwax_verdict_level(verdict),
             (int)sealwax_verdict_is_complete(verdict), (int)sealwax_verdict_is_implied_phi(verdict));
    for (size_t i = 0; i < sealwax_verdict_category_count(verdict); i++)
        add_line(&lines, "category %s", sealwax_verdict_category(verdict, i, NULL));
    for (size_t i = 0; i < sealwax_verdict_reason_count(verdict); i++)
        add_line(&lines, "reason %s", sealwax_verdict_reason(verdict, i, NULL));
    for (size_t i = 0; i < sealwax_verdict_delivery_count(verdict); i++)
        add_delivery(&lines, sealwax_verdict_delivery(verdict, i));
    int same = is_same(folder, "verdict.txt", lines.text, lines.length);
    free(lines.text);
    return same;
}

/* Whether what leaves is what the file holds, which is nothing where nothing leaves. */
static int is_same_outer(const char *folder, const char *kind, size_t index, sealwax_status status, sealwax_buf *outer) {
    char name[64];
    CHECK(snprintf(name, sizeof name, "%s-%d.eml", kind, (int)index) < (int)sizeof name);
    CHECK(status == SEALWAX_OK ? outer != NULL : status == SEALWAX_ORDER && outer == NULL);
    return outer ? is_same_buf(folder, name, outer) : is_same(folder, name, "", 0);
}

static int is_same_mail(const char *folder, const sealwax_verdict *verdict, const uint8_t *raw, size_t length) {
    sealwax_buf *buf;
    OK(sealwax_message_inner(raw, length, &buf, NULL));
    int same = is_same_buf(folder, "inner.eml", buf);
    for (size_t i = 0; i < sealwax_verdict_delivery_count(verdict); i++) {
        const sealwax_delivery *delivery = sealwax_verdict_delivery(verdict, i);
        sealwax_status status = sealwax_delivery_outer(delivery, raw, length, &buf, NULL);
        CHECK((status == SEALWAX_OK) == (sealwax_delivery_method(delivery) != 0));
        same &= is_same_outer(folder, "outer", i, status, buf);
        status = sealwax_delivery_fallback_outer(delivery, raw, length, &buf, NULL);
        CHECK((status == SEALWAX_OK) == (sealwax_delivery_fallback_method(delivery) != 0));
        same &= is_same_outer(folder, "fallback", i, status, buf);
    }
    return same;
}

/* The engine of the folder's policy. It is kept for the next folder, whose policy is often the same. */
static const sealwax_engine *engine_of(const char *folder) {
    static struct file last;
    static sealwax_engine *engine;
    struct file policy = read_file(folder, "policy.toml");
    if (engine && policy.length == last.length && memcmp(policy.bytes, last.bytes, last.length) == 0) {
        free(policy.bytes);
        return engine;
    }
    sealwax_engine_builder *builder;
    sealwax_engine_free(engine);
    free(last.bytes);
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_policy_toml(builder, policy.bytes, policy.length, NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    last = policy;
    return engine;
}

/* The verdict on the message when it comes in pieces that cut lines and numbers apart. */
static sealwax_verdict *feed_in_pieces(const sealwax_engine *engine, const char *folder, const struct file *mail) {
    enum { PIECE = 7 };
    struct file json = read_file(folder, "transaction.json"), at = read_file(folder, "at.txt");
    sealwax_transaction *transaction;
    sealwax_feed *feed;
    sealwax_verdict *verdict;
    OK(sealwax_transaction_from_json(json.bytes, json.length, &transaction, NULL));
    OK(sealwax_feed_new(engine, transaction, &feed, NULL));
    for (size_t done = 0; done < mail->length; done += PIECE) {
        size_t rest = mail->length - done;
        OK(sealwax_feed_raw(feed, (const uint8_t *)mail->bytes + done, rest < PIECE ? rest : PIECE, NULL));
    }
    OK(sealwax_feed_finish(feed, strtoll(at.bytes, NULL, 10), &verdict, NULL));
    sealwax_feed_free(feed);
    sealwax_transaction_free(transaction);
    free(json.bytes);
    free(at.bytes);
    return verdict;
}

static int is_right(const char *folder) {
    struct file mail = read_file(folder, "message.eml"), facts = read_file(folder, "facts.json");
    const uint8_t *raw = (const uint8_t *)mail.bytes;
    const char *id = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;
    const sealwax_engine *engine = engine_of(folder);
    sealwax_verdict *whole, *pieces;
    sealwax_buf *json, *pieces_json, *scan;
    OK(sealwax_engine_evaluate_facts(engine, facts.bytes, facts.length, raw, mail.length, 0, &whole, NULL));
    pieces = feed_in_pieces(engine, folder, &mail);
    OK(sealwax_verdict_json(whole, &json, NULL));
    OK(sealwax_verdict_json(pieces, &pieces_json, NULL));
    OK(sealwax_engine_scan(engine, id, strlen(id), raw, mail.length, SEALWAX_SCAN_SHOW_TEXT, &scan, NULL));
    int right = is_same_by_index(folder, whole);
    right &= is_same_buf(folder, "verdict.json", json);
    right &= is_same_buf(folder, "verdict.json", pieces_json);
    right &= is_same_buf(folder, "scan.json", scan);
    right &= is_same_mail(folder, whole, raw, mail.length);
    sealwax_verdict_free(whole);
    sealwax_verdict_free(pieces);
    free(mail.bytes);
    free(facts.bytes);
    return right;
}

int main(int count, char **folders) {
    int wrong = 0;
    for (int i = 1; i < count; i++)
        wrong += !is_right(folders[i]);
    printf("%d of %d cases as expected\n", count - 1 - wrong, count - 1);
    return wrong > 0 || count < 2;
}
