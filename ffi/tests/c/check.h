/* A check that ends the program, and what several programs need. */
#ifndef CHECK_H
#define CHECK_H

#include <sealwax.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define OK(call) CHECK((call) == SEALWAX_OK)

/* The bytes of a string literal and their number, as two arguments. */
#define BYTES(literal) (const uint8_t *)(literal), sizeof(literal) - 1
#define TEXT(literal) (literal), sizeof(literal) - 1

#define PHI "Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n"

static inline sealwax_engine *new_engine(void) {
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_profile(builder, TEXT("hipaa-2013"), NULL));
    OK(sealwax_engine_builder_build(builder, &engine, NULL));
    return engine;
}

static inline sealwax_transaction *new_transaction(void) {
    sealwax_transaction *transaction;
    OK(sealwax_transaction_new(&transaction, NULL));
    OK(sealwax_transaction_set_sender(transaction, TEXT("nurse@clinic.example"), NULL));
    OK(sealwax_transaction_add_recipient(transaction, TEXT("ann@example.org"), NULL, NULL));
    return transaction;
}

/* Evaluates a message with PHI and checks that it goes to the portal. */
static inline void check_portal(const sealwax_engine *engine, const sealwax_transaction *transaction) {
    sealwax_verdict *verdict;
    OK(sealwax_engine_evaluate(engine, transaction, BYTES(PHI), 0, &verdict, NULL));
    CHECK(sealwax_delivery_method(sealwax_verdict_delivery(verdict, 0)) == SEALWAX_METHOD_PORTAL);
    sealwax_verdict_free(verdict);
}

#endif
