// Sealwax for C++17: owners for the handles of sealwax.h, which is the manual.
//
// Each class owns one handle and frees it; all are moved, not copied. Text and bytes go in as std::string_view, which
// may hold any bytes where the manual says bytes. Failures are exceptions of type sealwax::error:
//
//     auto engine = sealwax::engine_builder().profile("hipaa-2013").build();
//     sealwax::transaction transaction("nurse@clinic.example");
//     transaction.add_recipient("ann@example.org");
//     sealwax::verdict verdict = engine.evaluate(transaction, raw, now);
//     for (const sealwax::delivery delivery : verdict) std::cout << delivery.summary() << '\n';
//
// Without exceptions (-fno-exceptions, or SEALWAX_NO_EXCEPTIONS defined) the same functions return a sealwax::result,
// which holds the value or the error, and constructors that can fail are replaced by their static function create().
#ifndef SEALWAX_HPP
#define SEALWAX_HPP

#include "sealwax.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#if !defined(SEALWAX_NO_EXCEPTIONS) && !defined(__cpp_exceptions)
#define SEALWAX_NO_EXCEPTIONS
#endif

#ifndef SEALWAX_NO_EXCEPTIONS
#include <exception>
#endif

namespace sealwax {

/// What went wrong in a call: safe to log.
#ifdef SEALWAX_NO_EXCEPTIONS
class error {
#else
class error : public std::exception {
#endif
public:
    /// Takes over `detail`, which may be null.
    error(sealwax_status status, sealwax_error *detail) : status_(status) {
        std::size_t length = 0;
        const char *text = detail ? sealwax_error_text(detail, &length) : sealwax_status_text(status, &length);
        text_.assign(text ? text : "", length);
        const char *file = sealwax_error_file(detail, &length);
        file_.assign(file ? file : "", length);
        line_ = sealwax_error_line(detail);
        column_ = sealwax_error_column(detail);
        sealwax_error_free(detail);
    }

    [[nodiscard]] sealwax_status status() const noexcept { return status_; }
    /// The included file of the policy that is wrong; empty for the policy itself, and for everything else.
    [[nodiscard]] const std::string &file() const noexcept { return file_; }
    /// The line of the policy or the facts, from 1; 0 when there is none.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }
    /// The column in that line, from 1; 0 when there is none.
    [[nodiscard]] std::size_t column() const noexcept { return column_; }

#ifdef SEALWAX_NO_EXCEPTIONS
    [[nodiscard]] const char *what() const noexcept { return text_.c_str(); }
#else
    [[nodiscard]] const char *what() const noexcept override { return text_.c_str(); }
#endif

private:
    sealwax_status status_;
    std::size_t line_ = 0;
    std::size_t column_ = 0;
    std::string text_;
    std::string file_;
};

#ifdef SEALWAX_NO_EXCEPTIONS

/// A value, or the error that came instead. Look at it before the value is taken.
template <class T> class [[nodiscard]] result {
public:
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(class error error) : held_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] explicit operator bool() const noexcept { return held_.index() == 0; }
    /// The value; only when there is no error.
    [[nodiscard]] T &operator*() & noexcept { return *std::get_if<0>(&held_); }
    [[nodiscard]] T &&operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }
    [[nodiscard]] T *operator->() noexcept { return std::get_if<0>(&held_); }
    /// The error; only when there is one.
    [[nodiscard]] const class error &error() const noexcept { return *std::get_if<1>(&held_); }

private:
    std::variant<T, class error> held_;
};

/// What a call without a value returns.
using done = result<std::monostate>;

namespace detail {
template <class T> using returned = result<T>;
using nothing = done;

template <class Make> auto finish(sealwax_status status, sealwax_error *error, Make make) -> result<decltype(make())> {
    if (status != SEALWAX_OK) return sealwax::error(status, error);
    return make();
}

inline nothing finish(sealwax_status status, sealwax_error *error) {
    if (status != SEALWAX_OK) return sealwax::error(status, error);
    return std::monostate();
}
} // namespace detail

#else

namespace detail {
template <class T> using returned = T;
using nothing = void;

template <class Make> auto finish(sealwax_status status, sealwax_error *error, Make make) -> decltype(make()) {
    if (status != SEALWAX_OK) throw sealwax::error(status, error);
    return make();
}

inline void finish(sealwax_status status, sealwax_error *error) {
    if (status != SEALWAX_OK) throw sealwax::error(status, error);
}
} // namespace detail

#endif

namespace detail {
/// Makes a call without a value. The call comes first and the error is read afterwards, which the order of arguments
/// would not promise.
template <class Call> nothing attempt(Call call) {
    sealwax_error *error = nullptr;
    const sealwax_status status = call(&error);
    return finish(status, error);
}

template <class Handle, void (*Free)(Handle *)> struct deleter {
    void operator()(Handle *handle) const noexcept { Free(handle); }
};

template <class Handle, void (*Free)(Handle *)> using owner = std::unique_ptr<Handle, deleter<Handle, Free>>;

inline const std::uint8_t *bytes(std::string_view view) noexcept {
    return reinterpret_cast<const std::uint8_t *>(view.data());
}

inline std::string_view view(const char *text, std::size_t length) noexcept {
    return text ? std::string_view(text, length) : std::string_view();
}
} // namespace detail

/// Bytes that a call has made, such as JSON; wiped when they are dropped.
class buffer {
public:
    explicit buffer(sealwax_buf *handle) noexcept : handle_(handle) {}

    [[nodiscard]] std::string_view view() const noexcept {
        const auto *data = reinterpret_cast<const char *>(sealwax_buf_data(handle_.get()));
        return detail::view(data, sealwax_buf_len(handle_.get()));
    }

private:
    detail::owner<sealwax_buf, sealwax_buf_free> handle_;
};

/// One SMTP transaction: a sender, recipients, and what the host knows.
class transaction {
public:
    explicit transaction(sealwax_transaction *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    explicit transaction(std::string_view sender) : transaction(create(sender)) {}
#endif

    [[nodiscard]] static detail::returned<transaction> create(std::string_view sender) {
        sealwax_transaction *handle = nullptr;
        sealwax_error *error = nullptr;
        sealwax_status status = sealwax_transaction_new(&handle, &error);
        transaction made(handle);
        if (status == SEALWAX_OK)
            status = sealwax_transaction_set_sender(handle, sender.data(), sender.size(), &error);
        return detail::finish(status, error, [&] { return std::move(made); });
    }

    [[nodiscard]] static detail::returned<transaction> from_json(std::string_view json) {
        sealwax_transaction *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_transaction_from_json(json.data(), json.size(), &handle, &error);
        return detail::finish(status, error, [&] { return transaction(handle); });
    }

    [[nodiscard]] detail::returned<buffer> to_json() const {
        sealwax_buf *json = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_transaction_to_json(get(), &json, &error);
        return detail::finish(status, error, [&] { return buffer(json); });
    }

    /// Adds a recipient and gives its index, by which the functions below name it.
    detail::returned<std::size_t> add_recipient(std::string_view address) {
        std::size_t index = 0;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_transaction_add_recipient(get(), address.data(), address.size(), &index, &error);
        return detail::finish(status, error, [&] { return index; });
    }

    detail::nothing set_recipient_internal(std::size_t recipient, bool internal) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_internal(get(), recipient, internal ? 1 : 0, error);
        });
    }

    detail::nothing set_recipient_keys(std::size_t recipient, std::uint32_t keys) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_keys(get(), recipient, keys, error);
        });
    }

    detail::nothing set_recipient_baa(std::size_t recipient, std::int32_t baa) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_baa(get(), recipient, baa, error);
        });
    }

    detail::nothing set_recipient_party(std::size_t recipient, std::int32_t party) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_party(get(), recipient, party, error);
        });
    }

    detail::nothing set_recipient_agreement_json(std::size_t recipient, std::string_view json) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_agreement_json(get(), recipient, json.data(), json.size(), error);
        });
    }

    detail::nothing set_recipient_authentication(std::size_t recipient, std::int32_t authentication) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_recipient_authentication(get(), recipient, authentication, error);
        });
    }

    detail::nothing add_evidence(std::size_t recipient, std::int32_t kind, std::int32_t level, std::int64_t observed_at,
                                 std::int64_t valid_until = SEALWAX_NO_TIME, bool failed = false) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_add_evidence(get(), recipient, kind, level, observed_at, valid_until,
                                                    failed ? 1 : 0, error);
        });
    }

    detail::nothing add_waiver_json(std::size_t recipient, std::string_view json) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_add_waiver_json(get(), recipient, json.data(), json.size(), error);
        });
    }
    detail::nothing add_preference_json(std::size_t recipient, std::string_view json) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_add_preference_json(get(), recipient, json.data(), json.size(), error);
        });
    }

    detail::nothing set_sender(std::string_view address) { return set(sealwax_transaction_set_sender, address); }
    detail::nothing set_account(std::string_view account) { return set(sealwax_transaction_set_account, account); }
    detail::nothing add_group(std::string_view group) { return set(sealwax_transaction_add_group, group); }
    detail::nothing set_stream(std::string_view stream) { return set(sealwax_transaction_set_stream, stream); }
    detail::nothing set_purpose(std::string_view purpose) { return set(sealwax_transaction_set_purpose, purpose); }
    detail::nothing add_flag(std::string_view flag) { return set(sealwax_transaction_add_flag, flag); }

    detail::nothing set_list(std::string_view list, bool health) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_list(get(), list.data(), list.size(), health ? 1 : 0, error);
        });
    }

    detail::nothing set_methods(std::uint32_t methods) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_methods(get(), methods, error);
        });
    }

    detail::nothing set_require_tls(bool require_tls) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_require_tls(get(), require_tls ? 1 : 0, error);
        });
    }

    detail::nothing set_enforces(std::int32_t level) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_transaction_set_enforces(get(), level, error);
        });
    }

    [[nodiscard]] std::size_t recipient_count() const noexcept { return sealwax_transaction_recipient_count(get()); }
    [[nodiscard]] sealwax_transaction *get() const noexcept { return handle_.get(); }

private:
    using setter = sealwax_status (*)(sealwax_transaction *, const char *, std::size_t, sealwax_error **);

    detail::nothing set(setter call, std::string_view text) {
        return detail::attempt([&](sealwax_error **error) {
            return call(get(), text.data(), text.size(), error);
        });
    }

    detail::owner<sealwax_transaction, sealwax_transaction_free> handle_;
};

/// What goes into the seal: the message without its blind copies. See sealwax_message_inner.
[[nodiscard]] inline detail::returned<buffer> inner(std::string_view raw) {
    sealwax_buf *inner = nullptr;
    sealwax_error *error = nullptr;
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(raw.data());
    const sealwax_status status = sealwax_message_inner(bytes, raw.size(), &inner, &error);
    return detail::finish(status, error, [&] { return buffer(inner); });
}

/// The answer for one recipient: a part of its verdict, which it must not outlive. An absent text is empty.
class delivery {
public:
    explicit delivery(const sealwax_delivery *handle) noexcept : handle_(handle) {}

    [[nodiscard]] std::string_view recipient() const noexcept { return text(sealwax_delivery_recipient); }
    [[nodiscard]] std::string_view summary() const noexcept { return text(sealwax_delivery_summary); }
    [[nodiscard]] std::int32_t action() const noexcept { return sealwax_delivery_action(handle_); }
    [[nodiscard]] std::int32_t method() const noexcept { return sealwax_delivery_method(handle_); }
    [[nodiscard]] std::int32_t reader() const noexcept { return sealwax_delivery_reader(handle_); }
    [[nodiscard]] std::int32_t fallback_action() const noexcept { return sealwax_delivery_fallback_action(handle_); }
    [[nodiscard]] std::int32_t fallback_method() const noexcept { return sealwax_delivery_fallback_method(handle_); }
    [[nodiscard]] std::string_view requirement_message() const noexcept {
        return text(sealwax_delivery_requirement_message);
    }
    [[nodiscard]] std::string_view requirement_audit() const noexcept { return text(sealwax_delivery_requirement_audit); }
    [[nodiscard]] std::size_t requirement_retention_days() const noexcept {
        return sealwax_delivery_requirement_retention_days(handle_);
    }
    [[nodiscard]] bool requirement_post_quantum() const noexcept {
        return sealwax_delivery_requirement_post_quantum(handle_) != 0;
    }
    [[nodiscard]] std::int32_t contract_level() const noexcept { return sealwax_delivery_contract_level(handle_); }
    [[nodiscard]] std::string_view contract_postfix() const noexcept { return text(sealwax_delivery_contract_postfix); }
    [[nodiscard]] bool contract_require_tls() const noexcept {
        return sealwax_delivery_contract_require_tls(handle_) != 0;
    }
    [[nodiscard]] bool archive() const noexcept { return sealwax_delivery_archive(handle_) != 0; }
    [[nodiscard]] std::string_view contract_protocol() const noexcept {
        return text(sealwax_delivery_contract_protocol);
    }
    [[nodiscard]] std::size_t contract_suite_count() const noexcept {
        return sealwax_delivery_contract_suite_count(handle_);
    }
    [[nodiscard]] std::string_view contract_suite(std::size_t index) const noexcept {
        return text(sealwax_delivery_contract_suite, index);
    }
    [[nodiscard]] std::int32_t reply_code() const noexcept { return sealwax_delivery_reply_code(handle_); }
    [[nodiscard]] std::string_view reply_status() const noexcept { return text(sealwax_delivery_reply_status); }
    [[nodiscard]] std::string_view reply_text() const noexcept { return text(sealwax_delivery_reply_text); }
    [[nodiscard]] std::size_t edit_count() const noexcept { return sealwax_delivery_edit_count(handle_); }
    [[nodiscard]] std::int32_t edit_kind(std::size_t index) const noexcept {
        return sealwax_delivery_edit_kind(handle_, index);
    }
    [[nodiscard]] std::string_view edit_name(std::size_t index) const noexcept {
        return text(sealwax_delivery_edit_name, index);
    }
    [[nodiscard]] std::string_view edit_value(std::size_t index) const noexcept {
        return text(sealwax_delivery_edit_value, index);
    }
    [[nodiscard]] std::size_t why_count() const noexcept { return sealwax_delivery_why_count(handle_); }
    [[nodiscard]] std::string_view why_dimension(std::size_t index) const noexcept {
        return text(sealwax_delivery_why_dimension, index);
    }
    [[nodiscard]] std::string_view why_value(std::size_t index) const noexcept {
        return text(sealwax_delivery_why_value, index);
    }
    [[nodiscard]] std::string_view why_rule(std::size_t index) const noexcept {
        return text(sealwax_delivery_why_rule, index);
    }
    [[nodiscard]] std::string_view why_reason(std::size_t index) const noexcept {
        return text(sealwax_delivery_why_reason, index);
    }
    [[nodiscard]] std::string_view why_citation(std::size_t index) const noexcept {
        return text(sealwax_delivery_why_citation, index);
    }
    [[nodiscard]] std::size_t rejected_count() const noexcept { return sealwax_delivery_rejected_count(handle_); }
    [[nodiscard]] std::int32_t rejected_method(std::size_t index) const noexcept {
        return sealwax_delivery_rejected_method(handle_, index);
    }
    [[nodiscard]] std::string_view rejected_reason(std::size_t index) const noexcept {
        return text(sealwax_delivery_rejected_reason, index);
    }
    [[nodiscard]] std::string_view waiver() const noexcept { return text(sealwax_delivery_waiver); }
    [[nodiscard]] std::int64_t waiver_review_due() const noexcept {
        return sealwax_delivery_waiver_review_due(handle_);
    }
    [[nodiscard]] std::size_t unapplied_waiver_count() const noexcept {
        return sealwax_delivery_unapplied_waiver_count(handle_);
    }
    [[nodiscard]] std::string_view unapplied_waiver(std::size_t index) const noexcept {
        return text(sealwax_delivery_unapplied_waiver, index);
    }
    [[nodiscard]] std::string_view unapplied_waiver_reason(std::size_t index) const noexcept {
        return text(sealwax_delivery_unapplied_waiver_reason, index);
    }
    [[nodiscard]] std::string_view instead() const noexcept { return text(sealwax_delivery_instead); }

    /// What leaves, of the message that was judged: see sealwax_delivery_outer.
    [[nodiscard]] detail::returned<buffer> outer(std::string_view raw) const {
        return edited(sealwax_delivery_outer, raw);
    }

    /// What leaves when the contract cannot be met: see sealwax_delivery_fallback_outer.
    [[nodiscard]] detail::returned<buffer> fallback_outer(std::string_view raw) const {
        return edited(sealwax_delivery_fallback_outer, raw);
    }

private:
    using editor = sealwax_status (*)(const sealwax_delivery *, const std::uint8_t *, std::size_t, sealwax_buf **,
                                      sealwax_error **);

    [[nodiscard]] detail::returned<buffer> edited(editor edit, std::string_view raw) const {
        sealwax_buf *outer = nullptr;
        sealwax_error *error = nullptr;
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(raw.data());
        const sealwax_status status = edit(handle_, bytes, raw.size(), &outer, &error);
        return detail::finish(status, error, [&] { return buffer(outer); });
    }

    using lent_text = const char *(*)(const sealwax_delivery *, std::size_t *);
    using indexed_reader = const char *(*)(const sealwax_delivery *, std::size_t, std::size_t *);

    [[nodiscard]] std::string_view text(lent_text read) const noexcept {
        std::size_t length = 0;
        const char *start = read(handle_, &length);
        return detail::view(start, length);
    }

    [[nodiscard]] std::string_view text(indexed_reader read, std::size_t index) const noexcept {
        std::size_t length = 0;
        const char *start = read(handle_, index, &length);
        return detail::view(start, length);
    }

    const sealwax_delivery *handle_;
};

/// The answer for a whole message. It is also the range of its deliveries.
class verdict {
public:
    explicit verdict(sealwax_verdict *handle) noexcept : handle_(handle) {}

    class iterator {
    public:
        iterator(const verdict &owner, std::size_t index) noexcept : owner_(&owner), index_(index) {}
        [[nodiscard]] delivery operator*() const noexcept { return (*owner_)[index_]; }
        iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        [[nodiscard]] bool operator!=(const iterator &other) const noexcept { return index_ != other.index_; }

    private:
        const verdict *owner_;
        std::size_t index_;
    };

    [[nodiscard]] std::size_t size() const noexcept { return sealwax_verdict_delivery_count(get()); }
    [[nodiscard]] iterator begin() const noexcept { return iterator(*this, 0); }
    [[nodiscard]] iterator end() const noexcept { return iterator(*this, size()); }
    /// The delivery of a recipient; past the end, one that answers 0 and "" to every question.
    [[nodiscard]] delivery operator[](std::size_t index) const noexcept {
        return delivery(sealwax_verdict_delivery(get(), index));
    }

    [[nodiscard]] bool is_complete() const noexcept { return sealwax_verdict_is_complete(get()) == 1; }
    [[nodiscard]] bool is_implied_phi() const noexcept { return sealwax_verdict_is_implied_phi(get()) == 1; }
    [[nodiscard]] std::int32_t level() const noexcept { return sealwax_verdict_level(get()); }
    [[nodiscard]] std::size_t category_count() const noexcept { return sealwax_verdict_category_count(get()); }
    [[nodiscard]] std::size_t reason_count() const noexcept { return sealwax_verdict_reason_count(get()); }

    [[nodiscard]] std::string_view category(std::size_t index) const noexcept {
        std::size_t length = 0;
        const char *start = sealwax_verdict_category(get(), index, &length);
        return detail::view(start, length);
    }

    [[nodiscard]] std::string_view reason(std::size_t index) const noexcept {
        std::size_t length = 0;
        const char *start = sealwax_verdict_reason(get(), index, &length);
        return detail::view(start, length);
    }

    [[nodiscard]] std::string_view policy_name() const noexcept {
        std::size_t length = 0;
        const char *start = sealwax_verdict_policy_name(get(), &length);
        return detail::view(start, length);
    }

    [[nodiscard]] std::string_view policy_hash() const noexcept {
        std::size_t length = 0;
        const char *start = sealwax_verdict_policy_hash(get(), &length);
        return detail::view(start, length);
    }

    [[nodiscard]] detail::returned<bool> has_category(std::string_view name) const {
        std::int32_t holds = 0;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_verdict_has_category(get(), name.data(), name.size(), &holds, &error);
        return detail::finish(status, error, [&] { return holds == 1; });
    }

    [[nodiscard]] detail::returned<buffer> json() const {
        sealwax_buf *json = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_verdict_json(get(), &json, &error);
        return detail::finish(status, error, [&] { return buffer(json); });
    }

    [[nodiscard]] const sealwax_verdict *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_verdict, sealwax_verdict_free> handle_;
};

/// Calls the message of a feed off, from any thread.
class cancel {
public:
    explicit cancel(sealwax_cancel *handle) noexcept : handle_(handle) {}

    detail::nothing call() const {
        return detail::attempt([&](sealwax_error **error) { return sealwax_cancel_call(handle_.get(), error); });
    }

private:
    detail::owner<sealwax_cancel, sealwax_cancel_free> handle_;
};

/// One message, pushed in pieces.
class feed {
public:
    explicit feed(sealwax_feed *handle) noexcept : handle_(handle) {}

    detail::nothing header(std::string_view name, std::string_view value) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_feed_header(handle_.get(), detail::bytes(name), name.size(), detail::bytes(value),
                                       value.size(), error);
        });
    }

    detail::nothing body(std::string_view chunk) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_feed_body(handle_.get(), detail::bytes(chunk), chunk.size(), error);
        });
    }

    detail::nothing raw(std::string_view chunk) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_feed_raw(handle_.get(), detail::bytes(chunk), chunk.size(), error);
        });
    }

    /// What the host read in the part with the IMAP section number `part`, such as the OCR of a fax.
    detail::nothing part_text(std::string_view part, std::string_view text) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_feed_part_text(handle_.get(), part.data(), part.size(), text.data(), text.size(), error);
        });
    }

    /// Bounds what this message may cost, in units of the policy's limit `work`.
    detail::nothing deadline(std::uint64_t work) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_feed_deadline(handle_.get(), work, error); });
    }

    /// What calls the message off that is taken now, from any thread.
    [[nodiscard]] detail::returned<sealwax::cancel> cancel() const {
        sealwax_cancel *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_feed_cancel(handle_.get(), &made, &error);
        return detail::finish(status, error, [&] { return sealwax::cancel(made); });
    }

    /// The verdict at `now`, in milliseconds since 1970 UTC.
    [[nodiscard]] detail::returned<verdict> finish(std::int64_t now) {
        sealwax_verdict *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_feed_finish(handle_.get(), now, &made, &error);
        return detail::finish(status, error, [&] { return verdict(made); });
    }

    detail::nothing reset(const transaction &next) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_feed_reset(handle_.get(), next.get(), error);
        });
    }

private:
    detail::owner<sealwax_feed, sealwax_feed_free> handle_;
};

/// A fresh key for rosters and pseudonyms, in its secret text form.
[[nodiscard]] inline detail::returned<buffer> generate_hash_key() {
    sealwax_buf *key = nullptr;
    sealwax_error *error = nullptr;
    const sealwax_status status = sealwax_hash_key_generate(&key, &error);
    return detail::finish(status, error, [&] { return buffer(key); });
}

/// How texts and messages are redacted.
class redaction {
public:
    explicit redaction(sealwax_redaction *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    redaction() : redaction(create()) {}
#endif

    [[nodiscard]] static detail::returned<redaction> create() {
        sealwax_redaction *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_redaction_new(&handle, &error);
        return detail::finish(status, error, [&] { return redaction(handle); });
    }

    detail::nothing set_mode(std::int32_t mode) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_redaction_set_mode(handle_.get(), mode, error); });
    }

    detail::nothing set_key(std::string_view key) { return set(sealwax_redaction_set_key, key); }
    detail::nothing shift_dates(std::string_view subject) { return set(sealwax_redaction_shift_dates, subject); }
    detail::nothing keep(std::string_view label) { return set(sealwax_redaction_keep, label); }

    detail::nothing keep_participants(bool keep) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_redaction_keep_participants(handle_.get(), keep ? 1 : 0, error);
        });
    }

    [[nodiscard]] const sealwax_redaction *get() const noexcept { return handle_.get(); }

private:
    using setter = sealwax_status (*)(sealwax_redaction *, const char *, std::size_t, sealwax_error **);

    detail::nothing set(setter call, std::string_view text) {
        return detail::attempt(
            [&](sealwax_error **error) { return call(handle_.get(), text.data(), text.size(), error); });
    }

    detail::owner<sealwax_redaction, sealwax_redaction_free> handle_;
};

/// A policy and the scanner that it asks for. Any number of threads may use one at once.
class engine {
public:
    explicit engine(sealwax_engine *handle) noexcept : handle_(handle) {}

    /// A second handle to the same engine.
    [[nodiscard]] detail::returned<engine> clone() const {
        sealwax_engine *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_engine_clone(get(), &made, &error);
        return detail::finish(status, error, [&] { return engine(made); });
    }

    [[nodiscard]] detail::returned<verdict> evaluate(const transaction &transaction, std::string_view raw,
                                                     std::int64_t now) const {
        sealwax_verdict *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_engine_evaluate(get(), transaction.get(), detail::bytes(raw), raw.size(), now, &made, &error);
        return detail::finish(status, error, [&] { return verdict(made); });
    }

    [[nodiscard]] detail::returned<verdict> evaluate_facts(std::string_view facts, std::string_view raw,
                                                           std::int64_t now) const {
        sealwax_verdict *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_engine_evaluate_facts(get(), facts.data(), facts.size(),
                                                                    detail::bytes(raw), raw.size(), now, &made, &error);
        return detail::finish(status, error, [&] { return verdict(made); });
    }

    [[nodiscard]] detail::returned<buffer> scan(std::string_view id, std::string_view raw,
                                                std::uint32_t flags = 0) const {
        sealwax_buf *json = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_engine_scan(get(), id.data(), id.size(), detail::bytes(raw), raw.size(),
                                                          flags, &json, &error);
        return detail::finish(status, error, [&] { return buffer(json); });
    }

    /// `raw` written anew without what identifies somebody, and what was taken out, as JSON.
    [[nodiscard]] detail::returned<std::pair<buffer, buffer>> redact(std::string_view id, std::string_view raw,
                                                                     const redaction *how = nullptr) const {
        sealwax_buf *redacted = nullptr;
        sealwax_buf *summary = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_engine_redact(get(), how ? how->get() : nullptr, id.data(), id.size(), detail::bytes(raw),
                                  raw.size(), &redacted, &summary, &error);
        return detail::finish(status, error, [&] { return std::pair(buffer(redacted), buffer(summary)); });
    }

    /// The same for one text without a message around it.
    [[nodiscard]] detail::returned<std::pair<buffer, buffer>> redact_text(std::string_view id, std::string_view text,
                                                                          const redaction *how = nullptr) const {
        sealwax_buf *redacted = nullptr;
        sealwax_buf *summary = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_engine_redact_text(get(), how ? how->get() : nullptr, id.data(), id.size(), text.data(),
                                       text.size(), &redacted, &summary, &error);
        return detail::finish(status, error, [&] { return std::pair(buffer(redacted), buffer(summary)); });
    }

    /// Which identifiers `raw` holds, and whether `purpose` needs them, as JSON; with an empty purpose none is stated.
    [[nodiscard]] detail::returned<buffer> identifiers(std::string_view id, std::string_view raw,
                                                       std::string_view purpose = {}) const {
        sealwax_buf *json = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_engine_identifiers(
            get(), id.data(), id.size(), detail::bytes(raw), raw.size(), purpose.data(), purpose.size(), &json, &error);
        return detail::finish(status, error, [&] { return buffer(json); });
    }

    /// The same for one text without a message around it.
    [[nodiscard]] detail::returned<buffer> identifiers_in_text(std::string_view id, std::string_view text,
                                                               std::string_view purpose = {}) const {
        sealwax_buf *json = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_engine_identifiers_in_text(
            get(), id.data(), id.size(), text.data(), text.size(), purpose.data(), purpose.size(), &json, &error);
        return detail::finish(status, error, [&] { return buffer(json); });
    }

    [[nodiscard]] detail::returned<sealwax::feed> feed(const transaction &transaction) const {
        sealwax_feed *made = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_feed_new(get(), transaction.get(), &made, &error);
        return detail::finish(status, error, [&] { return sealwax::feed(made); });
    }

    [[nodiscard]] const sealwax_engine *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_engine, sealwax_engine_free> handle_;
};

/// What an engine is made of. The first failure of any step arrives at build().
class engine_builder {
public:
    engine_builder() { keep(sealwax_engine_builder_new(&handle_, &error_)); }
    ~engine_builder() {
        sealwax_engine_builder_free(handle_);
        sealwax_error_free(error_);
    }
    engine_builder(const engine_builder &) = delete;
    engine_builder &operator=(const engine_builder &) = delete;

    engine_builder &policy_toml(std::string_view policy) {
        return step([&] { return sealwax_engine_builder_policy_toml(handle_, policy.data(), policy.size(), &error_); });
    }

    engine_builder &profile(std::string_view name) {
        return step([&] { return sealwax_engine_builder_profile(handle_, name.data(), name.size(), &error_); });
    }

    engine_builder &resource(std::string_view name, std::string_view content) {
        return step([&] {
            return sealwax_engine_builder_resource(handle_, name.data(), name.size(), detail::bytes(content),
                                                   content.size(), &error_);
        });
    }

    /// How many bytes all feeds of the engine may hold together.
    engine_builder &feed_budget(std::size_t bytes) {
        return step([&] { return sealwax_engine_builder_feed_budget(handle_, bytes, &error_); });
    }

    engine_builder &limit(std::string_view name, std::uint64_t value) {
        return step([&] { return sealwax_engine_builder_limit(handle_, name.data(), name.size(), value, &error_); });
    }

    /// How readily words of health beside a person are taken for PHI: "strict", "balanced" or "narrow".
    engine_builder &strictness(std::string_view setting) {
        return step(
            [&] { return sealwax_engine_builder_strictness(handle_, setting.data(), setting.size(), &error_); });
    }

    engine_builder &roster_key(std::string_view key) {
        return step([&] { return sealwax_engine_builder_roster_key(handle_, key.data(), key.size(), &error_); });
    }

    /// Takes the policy, and all that it needs, from a bundle. The bytes are not copied: they stay as they are as long as the
    /// engine.
    engine_builder &bundle(std::string_view bytes) {
        return step(
            [&] { return sealwax_engine_builder_bundle(handle_, detail::bytes(bytes), bytes.size(), &error_); });
    }

    /// The policy compiled to a bundle. The builder is empty then.
    [[nodiscard]] detail::returned<buffer> compile() {
        sealwax_buf *bundle = nullptr;
        step([&] { return sealwax_engine_builder_compile(std::exchange(handle_, nullptr), &bundle, &error_); });
        return detail::finish(status_, std::exchange(error_, nullptr), [&] { return buffer(bundle); });
    }

    /// The engine. The builder is empty then.
    [[nodiscard]] detail::returned<engine> build() {
        sealwax_engine *made = nullptr;
        step([&] { return sealwax_engine_builder_build(std::exchange(handle_, nullptr), &made, &error_); });
        return detail::finish(status_, std::exchange(error_, nullptr), [&] { return engine(made); });
    }

private:
    void keep(sealwax_status status) noexcept { status_ = status; }

    template <class Call> engine_builder &step(Call call) {
        if (status_ == SEALWAX_OK) keep(call());
        return *this;
    }

    sealwax_engine_builder *handle_ = nullptr;
    sealwax_error *error_ = nullptr;
    sealwax_status status_ = SEALWAX_OK;
};

/// Pairs that a sealed message is bound to.
class context {
public:
    explicit context(sealwax_context *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    context() : context(create()) {}
#endif

    [[nodiscard]] static detail::returned<context> create() {
        sealwax_context *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_context_new(&handle, &error);
        return detail::finish(status, error, [&] { return context(handle); });
    }

    detail::nothing add(std::string_view name, std::string_view value) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_context_add(handle_.get(), name.data(), name.size(), value.data(), value.size(), error);
        });
    }

    [[nodiscard]] const sealwax_context *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_context, sealwax_context_free> handle_;
};

/// Keys that seal and open.
class keyring {
public:
    explicit keyring(sealwax_keyring *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    keyring() : keyring(create()) {}
#endif

    [[nodiscard]] static detail::returned<keyring> create() {
        sealwax_keyring *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_keyring_new(&handle, &error);
        return detail::finish(status, error, [&] { return keyring(handle); });
    }

    detail::nothing add_local(std::string_view key) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_local(handle_.get(), key.data(), key.size(), error);
        });
    }

    detail::nothing add_key(std::string_view key) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_key(handle_.get(), key.data(), key.size(), error);
        });
    }

    /// Adds the key of a certificate in PEM that is valid at `now`, which only seals.
    detail::nothing add_certificate(std::string_view pem, std::int64_t now) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_certificate(handle_.get(), pem.data(), pem.size(), now, error);
        });
    }

    /// Adds the secret keys of a file of another program (PEM, DER, PKCS #12), which open.
    detail::nothing add_credentials(std::string_view file, std::string_view passphrase = {}) {
        return add_credentials(file, passphrase, 0, 0);
    }

    /// Adds them, and the key of its certificate, which seals and must be valid at `now`.
    detail::nothing add_sealing_credentials(std::string_view file, std::string_view passphrase, std::int64_t now) {
        return add_credentials(file, passphrase, 1, now);
    }

    /// Adds an RSA key in PEM, which only opens.
    detail::nothing add_rsa_secret_key(std::string_view pem) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_rsa_secret_key(handle_.get(), pem.data(), pem.size(), error);
        });
    }

    detail::nothing add_passphrase(std::string_view passphrase) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_passphrase(handle_.get(), passphrase.data(), passphrase.size(), error);
        });
    }

    detail::nothing add_ring(std::string_view ring, std::string_view id = {}) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_ring(handle_.get(), ring.data(), ring.size(), id.data(), id.size(), error);
        });
    }

    /// Draws a fresh key of a kind (`SEALWAX_KEY_...`), adds it, and gives its secret text form.
    [[nodiscard]] detail::returned<buffer> generate(std::int32_t kind) {
        sealwax_buf *key = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_keyring_generate(handle_.get(), kind, &key, nullptr, &error);
        return detail::finish(status, error, [&] { return buffer(key); });
    }

    /// Draws a fresh local key, adds it, and gives its secret text form.
    [[nodiscard]] detail::returned<buffer> generate_local() {
        sealwax_buf *key = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_keyring_generate_local(handle_.get(), &key, &error);
        return detail::finish(status, error, [&] { return buffer(key); });
    }

    [[nodiscard]] std::size_t size() const noexcept { return sealwax_keyring_len(handle_.get()); }
    [[nodiscard]] const sealwax_keyring *get() const noexcept { return handle_.get(); }

private:
    detail::nothing add_credentials(std::string_view file, std::string_view passphrase, std::int32_t seals, std::int64_t now) {
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(file.data());
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_keyring_add_credentials(handle_.get(), bytes, file.size(), passphrase.data(), passphrase.size(),
                                                   seals, now, error);
        });
    }

    detail::owner<sealwax_keyring, sealwax_keyring_free> handle_;
};

/// Keys with ids and versions, as a key ring file holds them; `keyring::add_ring` takes its text.
class ring {
public:
    explicit ring(sealwax_ring *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    ring() : ring(create()) {}
    explicit ring(std::string_view text) : ring(create(text)) {}
#endif

    [[nodiscard]] static detail::returned<ring> create(std::string_view text = {}) {
        sealwax_ring *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_ring_new(text.data(), text.size(), &handle, &error);
        return detail::finish(status, error, [&] { return ring(handle); });
    }

    /// Draws a new version of the key `id`; the one before only opens from here on.
    detail::nothing rotate(std::string_view id) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_ring_rotate(handle_.get(), id.data(), id.size(), error);
        });
    }

    /// Draws a new version of the signing key `id` and gives its public half; versions before it only tell who signed.
    detail::returned<buffer> rotate_signer(std::string_view id) {
        sealwax_buf *public_key = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_ring_rotate_signer(handle_.get(), id.data(), id.size(), &public_key, &error);
        return detail::finish(status, error, [&] { return buffer(public_key); });
    }

    /// Destroys every version of the signing key `id`, as when it was stolen, and gives how many there were.
    detail::returned<std::size_t> destroy_signer(std::string_view id) {
        std::size_t versions = 0;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_ring_destroy_signer(handle_.get(), id.data(), id.size(), &versions, &error);
        return detail::finish(status, error, [&] { return versions; });
    }

    /// Destroys every version of the key `id` and gives how many there were.
    detail::returned<std::size_t> destroy(std::string_view id) {
        std::size_t versions = 0;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_ring_destroy(handle_.get(), id.data(), id.size(), &versions, &error);
        return detail::finish(status, error, [&] { return versions; });
    }

    /// The ring as text, which is as secret as the keys.
    [[nodiscard]] detail::returned<buffer> text() const {
        sealwax_buf *text = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_ring_text(handle_.get(), &text, &error);
        return detail::finish(status, error, [&] { return buffer(text); });
    }

    /// The ring as a sealed message for the keys of `keys` that seal: its file alone then opens nothing.
    [[nodiscard]] detail::returned<buffer> wrap(const keyring &keys) const {
        sealwax_buf *wrapped = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_ring_wrap(handle_.get(), keys.get(), &wrapped, &error);
        return detail::finish(status, error, [&] { return buffer(wrapped); });
    }

    /// Reads a wrapped ring with a key of `keys` that opens.
    [[nodiscard]] static detail::returned<ring> unwrap(std::string_view wrapped, const keyring &keys) {
        sealwax_ring *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_ring_unwrap(detail::bytes(wrapped), wrapped.size(), keys.get(), &handle, &error);
        return detail::finish(status, error, [&] { return ring(handle); });
    }

    [[nodiscard]] std::uint32_t epoch() const noexcept { return sealwax_ring_epoch(handle_.get()); }

    [[nodiscard]] const sealwax_ring *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_ring, sealwax_ring_free> handle_;
};

/// Sealed or opened bytes.
using byte_vector = std::vector<std::uint8_t>;

/// Seals messages for the keys of a keyring. Any number of threads may use one at once.
class sealer {
public:
    explicit sealer(sealwax_sealer *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    explicit sealer(const keyring &keys, const context *stored = nullptr, const context *supplied = nullptr)
        : sealer(create(keys, stored, supplied)) {}
#endif

    [[nodiscard]] static detail::returned<sealer> create(const keyring &keys, const context *stored = nullptr,
                                                         const context *supplied = nullptr) {
        sealwax_sealer *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_sealer_new(keys.get(), stored ? stored->get() : nullptr,
                                                         supplied ? supplied->get() : nullptr, &handle, &error);
        return detail::finish(status, error, [&] { return sealer(handle); });
    }

    /// Names the retention class, and when the messages are to be destroyed.
    detail::nothing retention(std::string_view name, std::int64_t not_after = SEALWAX_NO_TIME) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_sealer_retention(handle_.get(), name.data(), name.size(), not_after, error);
        });
    }

    /// Puts the messages into a bucket, for crypto-shredding.
    detail::nothing bucket(std::string_view name) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_sealer_bucket(handle_.get(), name.data(), name.size(), error);
        });
    }

    /// Names no recipient in the headers, which tell the kind of each key only.
    detail::nothing anonymous() {
        return detail::attempt([&](sealwax_error **error) { return sealwax_sealer_anonymous(handle_.get(), error); });
    }

    /// Pads the messages, so that their length tells only about how long their content is.
    detail::nothing padded() {
        return detail::attempt([&](sealwax_error **error) { return sealwax_sealer_padded(handle_.get(), error); });
    }

    /// Signs the messages with a signing key in its text form, so that their readers know who sealed them.
    detail::nothing sign(std::string_view key) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_sealer_sign(handle_.get(), key.data(), key.size(), error);
        });
    }

    /// Signs the messages with the active signing key `id` of a ring.
    detail::nothing sign(const ring &keys, std::string_view id) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_sealer_sign_with_ring(handle_.get(), keys.get(), id.data(), id.size(), error);
        });
    }

    detail::nothing protect_recipients() {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_sealer_protect_recipients(handle_.get(), error); });
    }

    /// Leaves the recipient list unprotected, so that recipients are removed without a key.
    detail::nothing leave_recipients_open() {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_sealer_leave_recipients_open(handle_.get(), error); });
    }

    detail::nothing threads(std::size_t count) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_sealer_threads(handle_.get(), count, error); });
    }

    [[nodiscard]] detail::returned<byte_vector> seal(std::string_view plain) const {
        std::size_t length = 0;
        sealwax_error *error = nullptr;
        sealwax_status status = sealwax_sealer_len(handle_.get(), plain.size(), &length, &error);
        byte_vector sealed(length);
        if (status == SEALWAX_OK)
            status = sealwax_sealer_seal(handle_.get(), detail::bytes(plain), plain.size(), sealed.data(),
                                         sealed.size(), &length, &error);
        return detail::finish(status, error, [&] { return std::move(sealed); });
    }

    [[nodiscard]] const sealwax_sealer *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_sealer, sealwax_sealer_free> handle_;
};

/// Opens messages with the keys of a keyring. Any number of threads may use one at once.
class opener {
public:
    explicit opener(sealwax_opener *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    explicit opener(const keyring &keys, const context *supplied = nullptr) : opener(create(keys, supplied)) {}
#endif

    [[nodiscard]] static detail::returned<opener> create(const keyring &keys, const context *supplied = nullptr) {
        sealwax_opener *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status =
            sealwax_opener_new(keys.get(), supplied ? supplied->get() : nullptr, &handle, &error);
        return detail::finish(status, error, [&] { return opener(handle); });
    }

    /// The time now, in milliseconds since 1970: a message that was to be destroyed before it does not open.
    detail::nothing at(std::int64_t now) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_opener_at(handle_.get(), now, error); });
    }

    /// Opens only messages that this sender signed, or another one that is added by such a call.
    detail::nothing sender(std::string_view public_key) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_opener_sender(handle_.get(), public_key.data(), public_key.size(), error);
        });
    }

    /// Opens messages also after they were to be destroyed.
    detail::nothing past_retention() {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_opener_past_retention(handle_.get(), error); });
    }

    detail::nothing threads(std::size_t count) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_opener_threads(handle_.get(), count, error); });
    }

    /// The plaintext, which the caller wipes; with sealwax_opener_open it goes into memory of the caller's choice.
    [[nodiscard]] detail::returned<byte_vector> open(const byte_vector &sealed) const {
        std::size_t length = 0;
        sealwax_error *error = nullptr;
        sealwax_status status = sealwax_opener_len(handle_.get(), sealed.data(), sealed.size(), &length, &error);
        byte_vector plain(length);
        if (status == SEALWAX_OK)
            status = sealwax_opener_open(handle_.get(), sealed.data(), sealed.size(), plain.data(), plain.size(),
                                         &length, &error);
        plain.resize(std::min(length, plain.size())); // less than its room when it was padded or signed
        return detail::finish(status, error, [&] { return std::move(plain); });
    }

    /// The plaintext, and the public key of who signed it; empty when nobody did.
    [[nodiscard]] detail::returned<std::pair<byte_vector, std::string>> open_signed(const byte_vector &sealed) const {
        std::size_t length = 0;
        sealwax_error *error = nullptr;
        sealwax_buf *sender = nullptr;
        sealwax_status status = sealwax_opener_len(handle_.get(), sealed.data(), sealed.size(), &length, &error);
        byte_vector plain(length);
        if (status == SEALWAX_OK)
            status = sealwax_opener_open_signed(handle_.get(), sealed.data(), sealed.size(), plain.data(), plain.size(),
                                                &length, &sender, &error);
        const buffer name(sender);
        plain.resize(std::min(length, plain.size()));
        return detail::finish(status, error, [&] { return std::pair(std::move(plain), std::string(name.view())); });
    }

    [[nodiscard]] const sealwax_opener *get() const noexcept { return handle_.get(); }

private:
    detail::owner<sealwax_opener, sealwax_opener_free> handle_;
};

/// Changes who can open sealed messages, without touching their bodies.
class rewrapper {
public:
    explicit rewrapper(sealwax_rewrapper *handle) noexcept : handle_(handle) {}

#ifndef SEALWAX_NO_EXCEPTIONS
    explicit rewrapper(const keyring *keys = nullptr) : rewrapper(create(keys)) {}
#endif

    /// With the keys that open the messages now; removing alone needs none where the recipient list was left open.
    [[nodiscard]] static detail::returned<rewrapper> create(const keyring *keys = nullptr) {
        sealwax_rewrapper *handle = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_rewrapper_new(keys ? keys->get() : nullptr, &handle, &error);
        return detail::finish(status, error, [&] { return rewrapper(handle); });
    }

    detail::nothing add(const keyring &keys) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_rewrapper_add(handle_.get(), keys.get(), error); });
    }

    /// Adds the keys of a legal hold, which may also open messages in a bucket.
    detail::nothing hold(const keyring &keys) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_rewrapper_hold(handle_.get(), keys.get(), error); });
    }

    /// What was supplied when messages of an older version were sealed.
    detail::nothing supplied(const context &pairs) {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_rewrapper_context(handle_.get(), pairs.get(), error); });
    }

    detail::nothing remove(std::string_view key) {
        return detail::attempt([&](sealwax_error **error) {
            return sealwax_rewrapper_remove(handle_.get(), key.data(), key.size(), error);
        });
    }

    detail::nothing replace_all() {
        return detail::attempt(
            [&](sealwax_error **error) { return sealwax_rewrapper_replace_all(handle_.get(), error); });
    }

    /// The message with its new header.
    [[nodiscard]] detail::returned<byte_vector> rewrap(const byte_vector &sealed) const {
        sealwax_buf *header = nullptr;
        std::size_t old_length = 0;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_rewrapper_rewrap(handle_.get(), sealed.data(), sealed.size(), &header,
                                                               &old_length, nullptr, &error);
        const buffer made(header);
        return detail::finish(status, error, [&] {
            byte_vector message(made.view().begin(), made.view().end());
            message.insert(message.end(), sealed.begin() + static_cast<std::ptrdiff_t>(old_length), sealed.end());
            return message;
        });
    }

    /// The new header of one that is kept apart from `body`, of which the first 56 bytes are enough.
    [[nodiscard]] detail::returned<byte_vector> rewrap_detached(const byte_vector &header,
                                                                const byte_vector &body) const {
        sealwax_buf *changed = nullptr;
        sealwax_error *error = nullptr;
        const sealwax_status status = sealwax_rewrapper_rewrap_detached(
            handle_.get(), header.data(), header.size(), body.data(), body.size(), &changed, nullptr, &error);
        const buffer made(changed);
        return detail::finish(status, error, [&] { return byte_vector(made.view().begin(), made.view().end()); });
    }

private:
    detail::owner<sealwax_rewrapper, sealwax_rewrapper_free> handle_;
};

/// What the header of a sealed message says in clear, as JSON.
[[nodiscard]] inline detail::returned<buffer> sealed_header_json(const byte_vector &sealed) {
    sealwax_buf *json = nullptr;
    sealwax_error *error = nullptr;
    const sealwax_status status = sealwax_sealed_header_json(sealed.data(), sealed.size(), &json, &error);
    return detail::finish(status, error, [&] { return buffer(json); });
}

/// How many recipients still open the message after the keys of `destroyed` are gone; ask before they are.
[[nodiscard]] inline detail::returned<std::size_t> sealed_survivors(const byte_vector &sealed,
                                                                    const keyring &destroyed) {
    std::size_t survivors = 0;
    sealwax_error *error = nullptr;
    const sealwax_status status =
        sealwax_sealed_survivors(sealed.data(), sealed.size(), destroyed.get(), &survivors, &error);
    return detail::finish(status, error, [&] { return survivors; });
}

/// Asks the system to keep keys out of swap and core dumps; gives what it granted (`SEALWAX_MEMORY_...`).
[[nodiscard]] inline detail::returned<std::uint32_t> memory_protect() {
    std::uint32_t granted = 0;
    sealwax_error *error = nullptr;
    const sealwax_status status = sealwax_memory_protect(&granted, &error);
    return detail::finish(status, error, [&] { return granted; });
}

} // namespace sealwax

#endif
