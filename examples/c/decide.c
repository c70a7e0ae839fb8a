/*
 * Decides how a message travels, the way a mail server asks: header by header, body chunk by chunk. For recipients who
 * fetch the message from a portal it seals the message and opens it again.
 *
 *     decide MESSAGE SENDER RECIPIENT...
 */
#include <sealwax.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A message as it lies in memory. */
struct mail {
    unsigned char *bytes;
    size_t length;
};

/* Tells what went wrong and frees it; gives back whether all is well. */
static int is_ok(sealwax_status status, sealwax_error **error, const char *what) {
    if (status == SEALWAX_OK)
        return 1;
    fprintf(stderr, "%s: %s", what, sealwax_error_text(*error, NULL));
    if (sealwax_error_line(*error) > 0)
        fprintf(stderr, " (line %zu, column %zu)", sealwax_error_line(*error), sealwax_error_column(*error));
    fputc('\n', stderr);
    sealwax_error_free(*error);
    return 0;
}

static int read_mail(const char *path, struct mail *mail) {
    FILE *file = fopen(path, "rb");
    long length = -1;
    mail->bytes = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0)
        length = ftell(file);
    if (length >= 0 && fseek(file, 0, SEEK_SET) == 0)
        mail->bytes = malloc((size_t)length + 1);
    mail->length = mail->bytes ? fread(mail->bytes, 1, (size_t)length, file) : 0;
    if (file)
        fclose(file);
    if (!mail->bytes)
        fprintf(stderr, "%s: cannot be read\n", path);
    return mail->bytes != NULL;
}

static sealwax_engine *build_engine(void) {
    static const char policy[] = "name = \"example\"\ninclude = [\"hipaa-2013\"]\n";
    sealwax_engine_builder *builder;
    sealwax_engine *engine = NULL;
    sealwax_error *error;
    if (!is_ok(sealwax_engine_builder_new(&builder, &error), &error, "engine"))
        return NULL;
    if (!is_ok(sealwax_engine_builder_policy_toml(builder, policy, sizeof policy - 1, &error), &error, "policy")) {
        sealwax_engine_builder_free(builder);
        return NULL;
    }
    is_ok(sealwax_engine_builder_build(builder, &engine, &error), &error, "policy");
    return engine;
}

static sealwax_transaction *build_transaction(char **addresses) {
    sealwax_transaction *transaction;
    sealwax_error *error;
    int ok = is_ok(sealwax_transaction_new(&transaction, &error), &error, "transaction") &&
             is_ok(sealwax_transaction_set_sender(transaction, addresses[0], strlen(addresses[0]), &error), &error,
                   addresses[0]);
    for (char **address = addresses + 1; ok && *address; address++)
        ok = is_ok(sealwax_transaction_add_recipient(transaction, *address, strlen(*address), NULL, &error), &error,
                   *address);
    if (ok)
        return transaction;
    sealwax_transaction_free(transaction);
    return NULL;
}

/* Where the header that starts at `start` ends: at the line break that no blank follows. */
static size_t header_end(const struct mail *mail, size_t start) {
    for (size_t at = start; at < mail->length; at++)
        if (mail->bytes[at] == '\n' &&
            (at + 1 == mail->length || (mail->bytes[at + 1] != ' ' && mail->bytes[at + 1] != '\t')))
            return at;
    return mail->length;
}

/* Pushes the headers and gives back where the body begins. */
static sealwax_status push_headers(sealwax_feed *feed, const struct mail *mail, size_t *body, sealwax_error **error) {
    size_t at = 0;
    while (at < mail->length && mail->bytes[at] != '\r' && mail->bytes[at] != '\n') {
        const unsigned char *name = mail->bytes + at;
        size_t end = header_end(mail, at);
        const unsigned char *colon = memchr(name, ':', end - at);
        size_t name_length = colon ? (size_t)(colon - name) : end - at;
        const unsigned char *value = colon ? colon + 1 : mail->bytes + end;
        size_t value_length = (size_t)(mail->bytes + end - value);
        if (value_length > 0 && value[value_length - 1] == '\r')
            value_length--;
        sealwax_status status = sealwax_feed_header(feed, name, name_length, value, value_length, error);
        if (status != SEALWAX_OK)
            return status;
        at = end + 1;
    }
    while (at < mail->length && mail->bytes[at] == '\r')
        at++;
    *body = at < mail->length ? at + 1 : mail->length;
    return SEALWAX_OK;
}

static sealwax_verdict *decide(const sealwax_engine *engine, const sealwax_transaction *transaction,
                               const struct mail *mail) {
    enum { chunk = 4096 };
    sealwax_feed *feed;
    sealwax_verdict *verdict = NULL;
    sealwax_error *error;
    size_t at = 0;
    sealwax_status status = sealwax_feed_new(engine, transaction, &feed, &error);
    if (status == SEALWAX_OK)
        status = push_headers(feed, mail, &at, &error);
    for (; status == SEALWAX_OK && at < mail->length; at += chunk) {
        size_t rest = mail->length - at;
        status = sealwax_feed_body(feed, mail->bytes + at, rest < chunk ? rest : chunk, &error);
    }
    if (status == SEALWAX_OK)
        status = sealwax_feed_finish(feed, (int64_t)time(NULL) * 1000, &verdict, &error);
    is_ok(status, &error, "message");
    sealwax_feed_free(feed);
    return verdict;
}

static void print_delivery(const sealwax_delivery *delivery) {
    printf("%s\n", sealwax_delivery_summary(delivery, NULL));
    if (sealwax_delivery_contract_postfix(delivery, NULL))
        printf("    contract: %s\n", sealwax_delivery_contract_postfix(delivery, NULL));
    if (sealwax_delivery_reply_code(delivery))
        printf("    reply: %d %s %s\n", (int)sealwax_delivery_reply_code(delivery),
               sealwax_delivery_reply_status(delivery, NULL), sealwax_delivery_reply_text(delivery, NULL));
    for (size_t i = 0; i < sealwax_delivery_edit_count(delivery); i++) {
        const char *value = sealwax_delivery_edit_value(delivery, i, NULL);
        const int keeps = sealwax_delivery_edit_kind(delivery, i) == SEALWAX_EDIT_KEEP;
        printf("    edit: %s: %s\n", sealwax_delivery_edit_name(delivery, i, NULL),
               value ? value : (keeps ? "(all that stays outside)" : "(removed)"));
    }
    for (size_t i = 0; i < sealwax_delivery_why_count(delivery); i++)
        printf("    %s %s: %s\n", sealwax_delivery_why_dimension(delivery, i, NULL),
               sealwax_delivery_why_value(delivery, i, NULL), sealwax_delivery_why_reason(delivery, i, NULL));
}

/* Seals the message in place, with room for what sealing adds, and opens it again. */
static int seal_and_open(const struct mail *mail) {
    sealwax_keyring *keyring = NULL;
    sealwax_buf *key = NULL;
    sealwax_sealer *sealer = NULL;
    sealwax_opener *opener = NULL;
    sealwax_error *error;
    unsigned char *buffer = NULL;
    size_t capacity = 0, sealed = 0, plain = 0;
    int ok = is_ok(sealwax_keyring_new(&keyring, &error), &error, "keyring") &&
             is_ok(sealwax_keyring_generate_local(keyring, &key, &error), &error, "key") &&
             is_ok(sealwax_sealer_new(keyring, NULL, NULL, &sealer, &error), &error, "sealer") &&
             is_ok(sealwax_opener_new(keyring, NULL, &opener, &error), &error, "opener") &&
             is_ok(sealwax_sealer_len(sealer, mail->length, &capacity, &error), &error, "sealer") &&
             (buffer = malloc(capacity)) != NULL;
    if (ok) {
        memcpy(buffer, mail->bytes, mail->length);
        ok = is_ok(sealwax_sealer_seal_in_place(sealer, buffer, capacity, mail->length, &sealed, &error), &error,
                   "seal") &&
             is_ok(sealwax_opener_open_in_place(opener, buffer, sealed, &plain, &error), &error, "open") &&
             plain == mail->length && memcmp(buffer, mail->bytes, plain) == 0;
    }
    if (ok)
        printf("sealed %zu bytes as %zu and opened them again\n", plain, sealed);
    free(buffer);
    sealwax_opener_free(opener);
    sealwax_sealer_free(sealer);
    sealwax_buf_free(key);
    sealwax_keyring_free(keyring);
    return ok;
}

/* Prints the verdict and seals where it asks for the portal. */
static int carry_out(const sealwax_verdict *verdict, const struct mail *mail) {
    int to_portal = 0;
    for (size_t i = 0; i < sealwax_verdict_delivery_count(verdict); i++) {
        const sealwax_delivery *delivery = sealwax_verdict_delivery(verdict, i);
        print_delivery(delivery);
        to_portal |= sealwax_delivery_method(delivery) == SEALWAX_METHOD_PORTAL;
    }
    return !to_portal || seal_and_open(mail);
}

int main(int count, char **arguments) {
    struct mail mail;
    if (count < 4) {
        fprintf(stderr, "usage: %s MESSAGE SENDER RECIPIENT...\n", arguments[0]);
        return 2;
    }
    if (!read_mail(arguments[1], &mail))
        return 2;
    sealwax_engine *engine = build_engine();
    sealwax_transaction *transaction = build_transaction(arguments + 2);
    sealwax_verdict *verdict = engine && transaction ? decide(engine, transaction, &mail) : NULL;
    int ok = verdict && carry_out(verdict, &mail);
    sealwax_verdict_free(verdict);
    sealwax_transaction_free(transaction);
    sealwax_engine_free(engine);
    free(mail.bytes);
    return ok ? 0 : 2;
}
