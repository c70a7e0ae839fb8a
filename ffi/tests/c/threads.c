/* Eight threads share one engine, one sealer and one opener; each has a feed of its own. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 8, ROUNDS = 25 };

struct shared {
    const sealwax_engine *engine;
    const sealwax_transaction *transaction;
    const sealwax_sealer *sealer;
    const sealwax_opener *opener;
};

static void seal_and_open(const struct shared *shared) {
    uint8_t buffer[1024] = "labs";
    size_t length;
    OK(sealwax_sealer_seal_in_place(shared->sealer, buffer, sizeof buffer, 4, &length, NULL));
    OK(sealwax_opener_open_in_place(shared->opener, buffer, length, &length, NULL));
    CHECK(length == 4 && memcmp(buffer, "labs", 4) == 0);
}

static void *work(void *argument) {
    const struct shared *shared = argument;
    sealwax_feed *feed;
    OK(sealwax_feed_new(shared->engine, shared->transaction, &feed, NULL));
    for (int round = 0; round < ROUNDS; round++) {
        sealwax_verdict *verdict;
        check_portal(shared->engine, shared->transaction);
        OK(sealwax_feed_reset(feed, shared->transaction, NULL));
        OK(sealwax_feed_raw(feed, BYTES(PHI), NULL));
        OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
        CHECK(sealwax_verdict_level(verdict) == SEALWAX_LEVEL_SENSITIVE);
        sealwax_verdict_free(verdict);
        seal_and_open(shared);
    }
    sealwax_feed_free(feed);
    return NULL;
}

int main(void) {
    sealwax_engine *engine = new_engine();
    sealwax_transaction *transaction = new_transaction();
    sealwax_keyring *keyring;
    sealwax_buf *key;
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    pthread_t threads[THREADS];
    OK(sealwax_keyring_new(&keyring, NULL));
    OK(sealwax_keyring_generate_local(keyring, &key, NULL));
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));
    struct shared shared = {engine, transaction, sealer, opener};
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, &shared) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    sealwax_opener_free(opener);
    sealwax_sealer_free(sealer);
    sealwax_buf_free(key);
    sealwax_keyring_free(keyring);
    sealwax_transaction_free(transaction);
    sealwax_engine_free(engine);
    return 0;
}
