#include <sealwax.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    const char *mail = "Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n";
    const char *facts = "{\"transaction\": {\"sender\": \"nurse@clinic.example\","
                        " \"recipients\": [{\"address\": \"ann@example.org\"}]}}";
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    sealwax_verdict *verdict;
    sealwax_engine_builder_new(&builder, NULL);           /* the built-in policy hipaa-2013 */
    sealwax_engine_builder_build(builder, &engine, NULL); /* a failure leaves NULL, which the next call refuses */
    sealwax_status status = sealwax_engine_evaluate_facts(engine, facts, strlen(facts), (const uint8_t *)mail,
                                                          strlen(mail), 0, &verdict, NULL);
    puts(status ? sealwax_status_text(status, NULL)
                : sealwax_delivery_summary(sealwax_verdict_delivery(verdict, 0), NULL));
    sealwax_verdict_free(verdict);
    sealwax_engine_free(engine);
    return status != SEALWAX_OK;
}
