/* Certificates, key rings, buckets, legal hold, rewrapping, protected recipients, headers that are kept apart. The arguments
   are a certificate and its key, in PEM. */
#include "check.h"

static const char PLAIN[] = "MRN 12345678";

struct sealed {
    uint8_t bytes[8000];
    size_t length;
};

static sealwax_keyring *empty(void) {
    sealwax_keyring *keyring;
    OK(sealwax_keyring_new(&keyring, NULL));
    return keyring;
}

static sealwax_keyring *drawn(void) {
    sealwax_keyring *keyring = empty();
    sealwax_buf *key;
    OK(sealwax_keyring_generate_local(keyring, &key, NULL));
    sealwax_buf_free(key);
    return keyring;
}

static sealwax_sealer *sealer_of(const sealwax_keyring *keyring) {
    sealwax_sealer *sealer;
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    return sealer;
}

static sealwax_status seal(sealwax_sealer *sealer, struct sealed *sealed) {
    sealwax_status status = sealwax_sealer_seal(sealer, (const uint8_t *)PLAIN, sizeof PLAIN, sealed->bytes,
                                                sizeof sealed->bytes, &sealed->length, NULL);
    sealwax_sealer_free(sealer);
    return status;
}

static int opens(const sealwax_keyring *keyring, const struct sealed *sealed) {
    sealwax_opener *opener;
    uint8_t plain[sizeof PLAIN];
    size_t length;
    sealwax_status status;
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    OK(sealwax_opener_at(opener, 1700000000000, NULL));
    status = sealwax_opener_open(opener, sealed->bytes, sealed->length, plain, sizeof plain, &length, NULL);
    sealwax_opener_free(opener);
    CHECK(status == SEALWAX_OPEN || (status == SEALWAX_OK && memcmp(plain, PLAIN, sizeof PLAIN) == 0));
    return status == SEALWAX_OK;
}

/* Whether the JSON of a header holds a text. */
static int says(const struct sealed *sealed, const char *text) {
    sealwax_buf *json;
    int found;
    OK(sealwax_sealed_header_json(sealed->bytes, sealed->length, &json, NULL));
    found = strstr((const char *)sealwax_buf_data(json), text) != NULL;
    sealwax_buf_free(json);
    return found;
}

/* Rewraps a message in place; whether it was changed. */
static int rewrap(sealwax_rewrapper *rewrapper, struct sealed *sealed) {
    sealwax_buf *header;
    size_t old, body;
    int32_t changed;
    OK(sealwax_rewrapper_rewrap(rewrapper, sealed->bytes, sealed->length, &header, &old, &changed, NULL));
    sealwax_rewrapper_free(rewrapper);
    body = sealed->length - old;
    CHECK(sealwax_buf_len(header) + body <= sizeof sealed->bytes);
    memmove(sealed->bytes + sealwax_buf_len(header), sealed->bytes + old, body);
    memcpy(sealed->bytes, sealwax_buf_data(header), sealwax_buf_len(header));
    sealed->length = sealwax_buf_len(header) + body;
    sealwax_buf_free(header);
    return changed;
}

static sealwax_rewrapper *rewrapper_of(const sealwax_keyring *keyring) {
    sealwax_rewrapper *rewrapper;
    OK(sealwax_rewrapper_new(keyring, &rewrapper, NULL));
    return rewrapper;
}

static size_t read_file(const char *path, char *text, size_t capacity) {
    FILE *file = fopen(path, "rb");
    size_t length;
    CHECK(file != NULL);
    length = fread(text, 1, capacity - 1, file);
    fclose(file);
    text[length] = '\0';
    return length;
}

static void null_is_refused_and_zero_threads_too(void) {
    sealwax_keyring *keyring = drawn();
    sealwax_sealer *sealer = sealer_of(keyring);
    sealwax_opener *opener;
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    CHECK(sealwax_keyring_add_certificate(NULL, TEXT("x"), 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_add_rsa_secret_key(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_add_credentials(NULL, NULL, 0, TEXT("x"), 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_add_credentials(keyring, NULL, 1, NULL, 0, 0, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_keyring_add_credentials(keyring, NULL, 0, NULL, 0, 0, 0, NULL) == SEALWAX_KEY);
    CHECK(sealwax_ring_new(NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_rotate(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_destroy(NULL, TEXT("x"), NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_wrap(NULL, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_unwrap(NULL, 0, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_text(NULL, NULL, NULL) == SEALWAX_NULL && sealwax_ring_epoch(NULL) == 0);
    CHECK(sealwax_sealer_retention(NULL, TEXT("x"), 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_bucket(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_protect_recipients(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_anonymous(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_padded(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_signing_key_generate(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_rotate_signer(NULL, TEXT("x"), NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_ring_destroy_signer(NULL, TEXT("x"), NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_chunkwise_reader_sender(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_sign(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_sign_with_ring(sealer, NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_sender(NULL, TEXT("x"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_open_signed(opener, NULL, 0, NULL, 0, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_threads(NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_threads(NULL, 1, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_threads(sealer, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_opener_threads(opener, 0, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_sealed_header_json(NULL, 0, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealed_survivors(NULL, 0, keyring, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_sealer_leave_recipients_open(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_context(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_opener_past_retention(NULL, NULL) == SEALWAX_NULL && sealwax_opener_at(NULL, 0, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_rewrap_detached(NULL, NULL, 0, NULL, 0, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_new(NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_add(NULL, keyring, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_hold(NULL, keyring, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_remove(NULL, TEXT("x:y"), NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_replace_all(NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_rewrapper_rewrap(NULL, NULL, 0, NULL, NULL, NULL, NULL) == SEALWAX_NULL);
    CHECK(sealwax_memory_protect(NULL, NULL) == SEALWAX_NULL);
    sealwax_ring_free(NULL);
    sealwax_rewrapper_free(NULL);
    sealwax_opener_free(opener);
    sealwax_sealer_free(sealer);
    sealwax_keyring_free(keyring);
}

static void the_file_of_another_program_seals_and_opens(const char *path) {
    static const int64_t VALID = 1800000000000, EXPIRED = 0;
    static char file[8000];
    const size_t length = read_file(path, file, sizeof file);
    const uint8_t *bytes = (const uint8_t *)file;
    sealwax_keyring *both = empty(), *opening = empty(), *other = drawn();
    sealwax_sealer *sealer;
    sealwax_error *error;
    struct sealed sealed;
    CHECK(sealwax_keyring_add_credentials(both, bytes, length, NULL, 0, 1, VALID, &error) == SEALWAX_KEY);
    CHECK(strcmp(sealwax_error_text(error, NULL), "this is encrypted: its passphrase is needed") == 0);
    sealwax_error_free(error);
    CHECK(sealwax_keyring_add_credentials(both, bytes, length, TEXT("CANARY"), 1, VALID, &error) == SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), "does not fit") && !strstr(sealwax_error_text(error, NULL), "CANARY"));
    sealwax_error_free(error);
    CHECK(sealwax_keyring_add_credentials(both, bytes, length, TEXT("correct horse"), 1, EXPIRED, NULL) == SEALWAX_KEY);
    CHECK(sealwax_keyring_len(both) == 0);
    OK(sealwax_keyring_add_credentials(both, bytes, length, TEXT("correct horse"), 1, VALID, NULL));
    OK(sealwax_keyring_add_credentials(opening, bytes, length, TEXT("correct horse"), 0, EXPIRED, NULL));
    CHECK(sealwax_keyring_len(both) == 2 && sealwax_keyring_len(opening) == 1);
    OK(seal(sealer_of(both), &sealed));
    CHECK(says(&sealed, "\"kind\":\"hpke\"") && says(&sealed, "p256:"));
    CHECK(opens(both, &sealed) && opens(opening, &sealed) && !opens(other, &sealed));
    CHECK(sealwax_sealer_new(opening, NULL, NULL, &sealer, NULL) == SEALWAX_KEY);
    CHECK(sealwax_keyring_add_credentials(both, (const uint8_t *)"age1qqqq", 8, NULL, 0, 1, VALID, &error) == SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), "this is an age recipient"));
    sealwax_error_free(error);
    sealwax_keyring_free(both);
    sealwax_keyring_free(opening);
    sealwax_keyring_free(other);
}

static void a_certificate_seals_and_its_key_opens(const char *certificate, const char *secret) {
    static const int64_t VALID = 1800000000000, EXPIRED = 0;
    static char pem[8000], key[8000];
    const size_t pem_length = read_file(certificate, pem, sizeof pem), key_length = read_file(secret, key, sizeof key);
    sealwax_keyring *public_half = empty(), *private_half = empty(), *other = drawn();
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    sealwax_error *error;
    struct sealed sealed;
    CHECK(sealwax_keyring_add_certificate(public_half, pem, pem_length, EXPIRED, &error) == SEALWAX_KEY);
    CHECK(strcmp(sealwax_error_text(error, NULL), "the certificate is not valid at this time") == 0);
    sealwax_error_free(error);
    CHECK(sealwax_keyring_add_certificate(public_half, key, key_length, VALID, NULL) == SEALWAX_KEY);
    CHECK(sealwax_keyring_add_rsa_secret_key(private_half, pem, pem_length, &error) == SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), "MII") == NULL);
    sealwax_error_free(error);
    CHECK(sealwax_keyring_add_key(public_half, pem, pem_length, NULL) == SEALWAX_KEY);
    CHECK(sealwax_keyring_len(public_half) == 0 && sealwax_keyring_len(private_half) == 0);
    OK(sealwax_keyring_add_certificate(public_half, pem, pem_length, VALID, NULL));
    OK(sealwax_keyring_add_rsa_secret_key(private_half, key, key_length, NULL));
    OK(seal(sealer_of(public_half), &sealed));
    CHECK(says(&sealed, "\"kind\":\"rsa-oaep-sha256\""));
    CHECK(opens(private_half, &sealed) && !opens(other, &sealed));
    CHECK(sealwax_opener_new(public_half, NULL, &opener, NULL) == SEALWAX_KEY);
    CHECK(sealwax_sealer_new(private_half, NULL, NULL, &sealer, NULL) == SEALWAX_KEY);
    sealwax_keyring_free(public_half);
    sealwax_keyring_free(private_half);
    sealwax_keyring_free(other);
}

static void a_wrapped_ring_is_read_with_its_key_alone(void) {
    sealwax_ring *ring, *read;
    sealwax_keyring *card = drawn(), *other = drawn(), *none = empty();
    sealwax_buf *wrapped, *text;
    OK(sealwax_ring_new(NULL, 0, &ring, NULL));
    OK(sealwax_ring_rotate(ring, TEXT("clinic-7"), NULL));
    CHECK(sealwax_ring_wrap(ring, none, &wrapped, NULL) == SEALWAX_KEY);
    OK(sealwax_ring_wrap(ring, card, &wrapped, NULL));
    CHECK(sealwax_ring_unwrap(sealwax_buf_data(wrapped), sealwax_buf_len(wrapped), other, &read, NULL) == SEALWAX_OPEN);
    CHECK(sealwax_ring_unwrap(sealwax_buf_data(wrapped), sealwax_buf_len(wrapped), none, &read, NULL) == SEALWAX_KEY);
    OK(sealwax_ring_text(ring, &text, NULL));
    CHECK(sealwax_ring_unwrap(sealwax_buf_data(text), sealwax_buf_len(text), card, &read, NULL) == SEALWAX_KEY);
    OK(sealwax_ring_unwrap(sealwax_buf_data(wrapped), sealwax_buf_len(wrapped), card, &read, NULL));
    CHECK(sealwax_ring_epoch(read) == 1);
    sealwax_buf_free(text);
    sealwax_buf_free(wrapped);
    sealwax_ring_free(read);
    sealwax_ring_free(ring);
    sealwax_keyring_free(card);
    sealwax_keyring_free(other);
    sealwax_keyring_free(none);
}

static void a_ring_is_rotated_and_a_bucket_is_shredded(void) {
    sealwax_ring *ring;
    sealwax_buf *text;
    sealwax_keyring *first = empty(), *second = empty(), *after = empty(), *hold = drawn();
    sealwax_sealer *sealer;
    sealwax_rewrapper *rewrapper;
    struct sealed sealed, held;
    size_t versions, survivors;
    OK(sealwax_ring_new(NULL, 0, &ring, NULL));
    CHECK(sealwax_ring_rotate(ring, TEXT("a b"), NULL) == SEALWAX_RANGE);
    OK(sealwax_ring_rotate(ring, TEXT("clinic-7/2027-01"), NULL));
    OK(sealwax_ring_text(ring, &text, NULL));
    OK(sealwax_keyring_add_ring(first, (const char *)sealwax_buf_data(text), sealwax_buf_len(text),
                                TEXT("clinic-7/2027-01"), NULL));
    sealwax_buf_free(text);

    sealer = sealer_of(first);
    OK(sealwax_sealer_bucket(sealer, TEXT("clinic-7/2027-01"), NULL));
    CHECK(sealwax_sealer_bucket(sealer, TEXT("clinic-8/2027-01"), NULL) == SEALWAX_RANGE);
    OK(sealwax_sealer_retention(sealer, TEXT("six-years"), 1800000000000, NULL));
    OK(seal(sealer, &sealed));
    CHECK(says(&sealed, "\"bucket\":\"clinic-7/2027-01\"") && says(&sealed, "\"key_epoch\":1"));
    CHECK(says(&sealed, "{\"class\":\"six-years\",\"not_after\":\"2027-01-15T08:00:00Z\"}"));
    CHECK(says(&sealed, "\"recipients_protected\":true") && says(&sealed, "\"message_bytes\":13"));
    sealer = sealer_of(hold);
    OK(sealwax_sealer_bucket(sealer, TEXT("clinic-7/2027-01"), NULL));
    CHECK(seal(sealer, &held) == SEALWAX_SEAL); /* not the key of the bucket */
    sealer = sealer_of(hold);
    OK(sealwax_sealer_retention(sealer, TEXT("a\nb"), SEALWAX_NO_TIME, NULL));
    CHECK(seal(sealer, &held) == SEALWAX_SEAL);

    OK(sealwax_ring_rotate(ring, TEXT("clinic-7/2027-01"), NULL));
    OK(sealwax_ring_text(ring, &text, NULL));
    OK(sealwax_keyring_add_ring(second, (const char *)sealwax_buf_data(text), sealwax_buf_len(text), NULL, 0, NULL));
    sealwax_buf_free(text);
    CHECK(opens(second, &sealed) && sealwax_ring_epoch(ring) == 2);

    held = sealed;
    rewrapper = rewrapper_of(first);
    OK(sealwax_rewrapper_add(rewrapper, hold, NULL));
    CHECK(sealwax_rewrapper_rewrap(rewrapper, held.bytes, held.length, &text, &versions, NULL, NULL) == SEALWAX_SEAL);
    sealwax_rewrapper_free(rewrapper);
    rewrapper = rewrapper_of(first);
    OK(sealwax_rewrapper_hold(rewrapper, hold, NULL));
    CHECK(rewrap(rewrapper, &held) == 1);
    CHECK(opens(hold, &held) && opens(first, &held) && !opens(hold, &sealed));

    OK(sealwax_sealed_survivors(sealed.bytes, sealed.length, second, &survivors, NULL));
    CHECK(survivors == 0);
    OK(sealwax_sealed_survivors(held.bytes, held.length, second, &survivors, NULL));
    CHECK(survivors == 1);
    OK(sealwax_sealed_survivors(sealed.bytes, sealed.length, hold, &survivors, NULL));
    CHECK(survivors == 1); /* not the key of the message */
    OK(sealwax_ring_destroy(ring, TEXT("clinic-7/2027-01"), &versions, NULL));
    CHECK(versions == 2);
    OK(sealwax_ring_destroy(ring, TEXT("clinic-7/2027-01"), &versions, NULL));
    CHECK(versions == 0);
    OK(sealwax_ring_text(ring, &text, NULL));
    OK(sealwax_keyring_add_ring(after, (const char *)sealwax_buf_data(text), sealwax_buf_len(text), NULL, 0, NULL));
    CHECK(sealwax_keyring_len(after) == 0);
    sealwax_buf_free(text);
    sealwax_ring_free(ring);
    sealwax_keyring_free(first);
    sealwax_keyring_free(second);
    sealwax_keyring_free(after);
    sealwax_keyring_free(hold);
}

static void recipients_are_added_removed_and_replaced(void) {
    sealwax_keyring *old = drawn(), *new = drawn();
    sealwax_rewrapper *rewrapper;
    sealwax_sealer *sealer;
    sealwax_buf *header, *json;
    sealwax_error *error;
    struct sealed sealed, protected, forged;
    int32_t changed;
    size_t length;
    char name[64], *start;
    sealer = sealer_of(old);
    OK(sealwax_sealer_leave_recipients_open(sealer, NULL));
    OK(seal(sealer, &sealed));
    CHECK(says(&sealed, "\"recipients_protected\":false"));
    OK(sealwax_sealed_header_json(sealed.bytes, sealed.length, &json, NULL));
    start = strstr((char *)sealwax_buf_data(json), "local:");
    CHECK(start != NULL && strcspn(start, "\"") < sizeof name);
    length = strcspn(start, "\"");
    memcpy(name, start, length);
    sealwax_buf_free(json);

    rewrapper = rewrapper_of(old);
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    CHECK(rewrap(rewrapper, &sealed) == 1 && opens(old, &sealed) && opens(new, &sealed));
    rewrapper = rewrapper_of(old);
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    CHECK(rewrap(rewrapper, &sealed) == 0); /* it is there already */
    rewrapper = rewrapper_of(NULL); /* removing needs no key */
    CHECK(sealwax_rewrapper_remove(rewrapper, TEXT("no-name"), NULL) == SEALWAX_RANGE);
    OK(sealwax_rewrapper_remove(rewrapper, name, length, NULL));
    CHECK(rewrap(rewrapper, &sealed) == 1 && !opens(old, &sealed) && opens(new, &sealed));
    rewrapper = rewrapper_of(new);
    OK(sealwax_rewrapper_add(rewrapper, old, NULL));
    OK(sealwax_rewrapper_replace_all(rewrapper, NULL));
    CHECK(rewrap(rewrapper, &sealed) == 1 && opens(old, &sealed) && !opens(new, &sealed));

    rewrapper = rewrapper_of(new);
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    CHECK(sealwax_rewrapper_rewrap(rewrapper, sealed.bytes, sealed.length, &header, &length, NULL, NULL) ==
          SEALWAX_OPEN);
    CHECK(header == NULL && length == 0);
    CHECK(sealwax_rewrapper_rewrap(rewrapper, BYTES("no sealed message"), &header, &length, NULL, NULL) ==
          SEALWAX_OPEN);
    sealwax_rewrapper_free(rewrapper);
    rewrapper = rewrapper_of(old);
    OK(sealwax_rewrapper_replace_all(rewrapper, NULL));
    CHECK(sealwax_rewrapper_rewrap(rewrapper, sealed.bytes, sealed.length, &header, &length, NULL, NULL) ==
          SEALWAX_KEY); /* nobody would be left */
    sealwax_rewrapper_free(rewrapper);

    sealer = sealer_of(old);
    OK(sealwax_sealer_protect_recipients(sealer, NULL));
    OK(seal(sealer, &protected));
    CHECK(says(&protected, "\"recipients_protected\":true") && opens(old, &protected));
    forged = protected;
    OK(sealwax_sealed_header_len(forged.bytes, forged.length, &length, NULL));
    forged.bytes[length - 1] ^= 1; /* the last byte of the check */
    CHECK(!opens(old, &forged));
    rewrapper = rewrapper_of(NULL);
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    CHECK(sealwax_rewrapper_rewrap(rewrapper, protected.bytes, protected.length, &header, &length, NULL, NULL) ==
          SEALWAX_OPEN);
    sealwax_rewrapper_free(rewrapper);
    rewrapper = rewrapper_of(old);
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    CHECK(rewrap(rewrapper, &protected) == 1 && opens(new, &protected));

    /* A header that is kept apart is rewrapped with the beginning of its body. */
    OK(sealwax_sealed_header_len(protected.bytes, protected.length, &length, NULL));
    rewrapper = rewrapper_of(new);
    OK(sealwax_rewrapper_context(rewrapper, NULL, NULL));
    OK(sealwax_rewrapper_add(rewrapper, new, NULL));
    OK(sealwax_rewrapper_replace_all(rewrapper, NULL));
    CHECK(sealwax_rewrapper_rewrap_detached(rewrapper, protected.bytes, length, protected.bytes + length, 55, &header, NULL,
                                            &error) == SEALWAX_RANGE);
    CHECK(header == NULL && strstr(sealwax_error_text(error, NULL), "first 56 bytes of the body") != NULL);
    sealwax_error_free(error);
    OK(sealwax_rewrapper_rewrap_detached(rewrapper, protected.bytes, length, protected.bytes + length, 56, &header,
                                         &changed, NULL));
    CHECK(changed == 1 && sealwax_buf_len(header) < length);
    sealwax_buf_free(header);
    sealwax_rewrapper_free(rewrapper);
    sealwax_keyring_free(old);
    sealwax_keyring_free(new);
}

static void a_message_that_was_to_be_destroyed_opens_only_past_its_retention(void) {
    sealwax_keyring *keyring = drawn();
    sealwax_sealer *sealer = sealer_of(keyring);
    sealwax_opener *opener;
    sealwax_error *error;
    struct sealed ended, endless;
    uint8_t plain[sizeof PLAIN];
    size_t length;
    OK(sealwax_sealer_retention(sealer, TEXT("x"), 1000000000000, NULL));
    OK(seal(sealer, &ended));
    sealer = sealer_of(keyring);
    OK(sealwax_sealer_retention(sealer, TEXT("x"), 253402300799000, NULL)); /* 9999-12-31 is no end */
    OK(seal(sealer, &endless));
    CHECK(says(&endless, "\"not_after\":null") && opens(keyring, &endless) && !opens(keyring, &ended));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    CHECK(sealwax_opener_open(opener, ended.bytes, ended.length, plain, sizeof plain, &length, &error) == SEALWAX_OPEN);
    CHECK(strstr(sealwax_error_text(error, NULL), "the time now is not known") != NULL);
    sealwax_error_free(error);
    OK(sealwax_opener_at(opener, 1000000000001, NULL));
    CHECK(sealwax_opener_open(opener, ended.bytes, ended.length, plain, sizeof plain, &length, &error) == SEALWAX_OPEN);
    CHECK(strstr(sealwax_error_text(error, NULL), "was to be destroyed by now") != NULL);
    sealwax_error_free(error);
    OK(sealwax_opener_past_retention(opener, NULL));
    OK(sealwax_opener_open(opener, ended.bytes, ended.length, plain, sizeof plain, &length, NULL));
    sealwax_opener_free(opener);
    sealwax_keyring_free(keyring);
}

static void a_large_message_is_shared_by_threads(void) {
    enum { LENGTH = 3 << 20 };
    uint8_t *plain = malloc(LENGTH), *sealed = malloc(LENGTH + 8000), *opened = malloc(LENGTH);
    sealwax_keyring *keyring = drawn();
    sealwax_sealer *sealer = sealer_of(keyring);
    sealwax_opener *opener;
    size_t at, length, opened_length;
    CHECK(plain && sealed && opened);
    for (at = 0; at < LENGTH; at++) plain[at] = (uint8_t)(at * 31 >> 4);
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    OK(sealwax_sealer_threads(sealer, 2, NULL));
    OK(sealwax_opener_threads(opener, 2, NULL));
    OK(sealwax_sealer_seal(sealer, plain, LENGTH, sealed, LENGTH + 8000, &length, NULL));
    OK(sealwax_opener_open(opener, sealed, length, opened, LENGTH, &opened_length, NULL));
    CHECK(opened_length == LENGTH && memcmp(plain, opened, LENGTH) == 0);
    sealwax_sealer_free(sealer);
    sealwax_opener_free(opener);
    sealwax_keyring_free(keyring);
    free(plain);
    free(sealed);
    free(opened);
}

/* A body in memory. */
struct body {
    const uint8_t *bytes;
    size_t length, position, dropped;
};

static sealwax_status body_read_at(void *user, uint64_t offset, uint8_t *buffer, size_t capacity, size_t *length) {
    struct body *body = user;
    size_t rest = offset < body->length ? body->length - (size_t)offset : 0;
    *length = rest < capacity ? rest : capacity;
    memcpy(buffer, body->bytes + (rest ? offset : 0), *length);
    return SEALWAX_OK;
}

static sealwax_status body_read(void *user, uint8_t *buffer, size_t capacity, size_t *length) {
    struct body *body = user;
    sealwax_status status = body_read_at(user, body->position, buffer, capacity, length);
    body->position += *length;
    return status;
}

static void body_drop(void *user) { ((struct body *)user)->dropped++; }

static sealwax_status take(void *user, const uint8_t *bytes, size_t length) {
    struct sealed *opened = user;
    memcpy(opened->bytes + opened->length, bytes, length);
    opened->length += length;
    return SEALWAX_OK;
}

static void a_header_that_was_kept_apart_opens_in_every_way(void) {
    sealwax_keyring *keyring = drawn();
    sealwax_opener *opener;
    sealwax_chunkwise_reader *chunkwise;
    sealwax_seek_reader *seek;
    struct sealed sealed, opened;
    struct body body = {NULL, 0, 0, 0};
    uint8_t plain[20];
    size_t header, length;
    uint64_t total;
    OK(seal(sealer_of(keyring), &sealed));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    OK(sealwax_sealed_header_len(sealed.bytes, sealed.length, &header, NULL));
    body.bytes = sealed.bytes + header;
    body.length = sealed.length - header;
    opened.length = 0;

    OK(sealwax_chunkwise_reader_new_detached(opener, sealed.bytes, header, &body, body_read, body_drop, &chunkwise, NULL));
    OK(sealwax_chunkwise_reader_read(chunkwise, plain, sizeof plain, &length, NULL));
    CHECK(length == sizeof PLAIN && memcmp(plain, PLAIN, length) == 0);
    sealwax_chunkwise_reader_free(chunkwise);
    OK(sealwax_seek_reader_new_detached(opener, sealed.bytes, header, body.length, &body, body_read_at, body_drop, &seek,
                                        NULL));
    OK(sealwax_seek_reader_read_at(seek, 4, plain, 3, &length, NULL));
    CHECK(length == 3 && memcmp(plain, PLAIN + 4, 3) == 0);
    sealwax_seek_reader_free(seek);
    OK(sealwax_opener_open_stream_detached(opener, sealed.bytes, header, body.length, &body, body_read_at, body_drop,
                                           &opened, take, NULL, &total, NULL));
    CHECK(total == sizeof PLAIN && opened.length == total && memcmp(opened.bytes, PLAIN, sizeof PLAIN) == 0);
    CHECK(body.dropped == 3);

    body.position = 0; /* a header with something behind it is none */
    CHECK(sealwax_chunkwise_reader_new_detached(opener, sealed.bytes, header + 1, &body, body_read, NULL, &chunkwise,
                                                NULL) == SEALWAX_OPEN);
    CHECK(sealwax_seek_reader_new_detached(opener, NULL, 0, body.length, &body, body_read_at, body_drop, &seek, NULL) ==
          SEALWAX_OPEN);
    CHECK(sealwax_opener_open_stream_detached(NULL, NULL, 0, 0, &body, body_read_at, body_drop, NULL, take, NULL, &total,
                                              NULL) == SEALWAX_NULL);
    CHECK(body.dropped == 5);
    sealwax_opener_free(opener);
    sealwax_keyring_free(keyring);
}

static void the_system_tells_what_it_protects(void) {
    uint32_t granted, again;
    OK(sealwax_memory_protect(&granted, NULL));
    OK(sealwax_memory_protect(&again, NULL));
    CHECK(granted == again && (granted & ~(uint32_t)(SEALWAX_MEMORY_LOCKED | SEALWAX_MEMORY_NO_DUMPS)) == 0);
}

int main(int count, char **arguments) {
    CHECK(count == 4);
    null_is_refused_and_zero_threads_too();
    a_certificate_seals_and_its_key_opens(arguments[1], arguments[2]);
    the_file_of_another_program_seals_and_opens(arguments[3]);
    a_wrapped_ring_is_read_with_its_key_alone();
    a_ring_is_rotated_and_a_bucket_is_shredded();
    recipients_are_added_removed_and_replaced();
    a_message_that_was_to_be_destroyed_opens_only_past_its_retention();
    a_large_message_is_shared_by_threads();
    a_header_that_was_kept_apart_opens_in_every_way();
    the_system_tells_what_it_protects();
    return 0;
}
