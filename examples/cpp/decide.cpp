// Decides how a message travels to each recipient, and seals it for those who fetch it from a portal.
//
//     decide MESSAGE SENDER RECIPIENT...
#include <sealwax.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

std::string read_mail(const char *path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(std::string(path) + ": cannot be read");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::int64_t now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

sealwax::verdict decide(const sealwax::engine &engine, const sealwax::transaction &transaction, std::string_view mail) {
    constexpr std::size_t chunk = 4096;
    auto feed = engine.feed(transaction);
    for (std::size_t at = 0; at < mail.size(); at += chunk) feed.raw(mail.substr(at, chunk));
    return feed.finish(now());
}

void print(const sealwax::delivery &delivery) {
    std::cout << delivery.summary() << '\n';
    if (!delivery.contract_postfix().empty()) std::cout << "    contract: " << delivery.contract_postfix() << '\n';
    for (std::size_t i = 0; i < delivery.why_count(); ++i)
        std::cout << "    " << delivery.why_dimension(i) << ' ' << delivery.why_value(i) << ": "
                  << delivery.why_reason(i) << '\n';
}

void seal_and_open(std::string_view mail) {
    sealwax::keyring keyring;
    const auto key = keyring.generate_local(); // a host keeps key.view() in a safe place
    const auto sealed = sealwax::sealer(keyring).seal(mail);
    const auto plain = sealwax::opener(keyring).open(sealed);
    if (!std::equal(plain.begin(), plain.end(), mail.begin(), mail.end())) throw std::runtime_error("not the same");
    std::cout << "sealed " << plain.size() << " bytes as " << sealed.size() << " and opened them again\n";
}

void run(char **arguments) {
    const std::string mail = read_mail(arguments[0]);
    const auto engine = sealwax::engine_builder().profile("hipaa-2013").build();
    sealwax::transaction transaction(arguments[1]);
    for (char **address = arguments + 2; *address != nullptr; ++address) transaction.add_recipient(*address);

    const auto verdict = decide(engine, transaction, mail);
    bool to_portal = false;
    for (const auto delivery : verdict) {
        print(delivery);
        to_portal |= delivery.method() == SEALWAX_METHOD_PORTAL;
    }
    if (to_portal) seal_and_open(mail);
}

} // namespace

int main(int count, char **arguments) {
    if (count < 4) {
        std::cerr << "usage: " << arguments[0] << " MESSAGE SENDER RECIPIENT...\n";
        return 2;
    }
    try {
        run(arguments + 1);
    } catch (const std::exception &error) { // sealwax::error among them; it is safe to log
        std::cerr << error.what() << '\n';
        return 2;
    }
    return 0;
}
