// The header in C++17: handles in smart pointers, and the whole library linked.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "autonomous_learning.h"

static_assert(sizeof(al_o1_snapshot) == 16 && std::is_standard_layout_v<al_o1_snapshot>);
static_assert(std::is_same_v<al_o1_snapshot, OnlineO1SnapshotFFI>);
static_assert(std::is_same_v<al_status, std::int32_t>);

namespace {

void check(al_status status) {
    if (status != AL_STATUS_OK) {
        throw std::runtime_error(std::string(al_status_string(status)) + ": " + al_last_error_message());
    }
}

struct Free {
    void operator()(al_o1_synapse *synapse) const { al_o1_synapse_free(synapse); }
    void operator()(al_o1_bank *bank) const { al_o1_bank_free(bank); }
    void operator()(al_o1_crossbar *crossbar) const { al_o1_crossbar_free(crossbar); }
};

template <typename T> using Handle = std::unique_ptr<T, Free>;

Handle<al_o1_bank> new_bank(const al_o1_config &config, std::size_t n, std::uint32_t weight) {
    al_o1_bank *bank = nullptr;
    check(al_o1_bank_new(&config, n, weight, 1, &bank));
    return Handle<al_o1_bank>(bank);
}

void require(bool condition, const char *what) {
    if (!condition) {
        throw std::logic_error(what);
    }
}

void run() {
    al_o1_config config;
    check(al_o1_config_init(&config, sizeof config));
    al_o1_synapse *made = nullptr;
    check(al_o1_synapse_new(&config, 1000, &made));
    const Handle<al_o1_synapse> synapse(made);
    const auto bank = new_bank(config, 65, 1000);
    al_o1_crossbar *crossbar_made = nullptr;
    check(al_o1_crossbar_new(&config, 2, 3, 1000, 1, &crossbar_made));
    const Handle<al_o1_crossbar> crossbar(crossbar_made);

    al_o1_snapshot alone{};
    const std::array<std::uint64_t, 2> all{~std::uint64_t{0}, 1};
    const std::uint64_t all_pre = 3, all_post = 7;
    for (int t = 0; t < 100; t++) {
        check(al_o1_synapse_step(synapse.get(), 1, 1, t % 5, &alone));
        check(al_o1_bank_step(bank.get(), all.data(), all.size(), all.data(), all.size(), t % 5));
        check(al_o1_crossbar_step(crossbar.get(), &all_pre, 1, &all_post, 1, t % 5));
    }
    std::vector<al_o1_snapshot> states(al_o1_bank_len(bank.get()));
    check(al_o1_bank_get_states(bank.get(), states.data(), states.size()));
    require(states.back().weight == alone.weight && alone.weight != 1000, "a bank is its synapses");
    states.resize(6);
    check(al_o1_crossbar_get_states(crossbar.get(), states.data(), states.size()));
    require(states.back().weight == alone.weight, "a crossbar is its synapses");

    config.weight_bits = 99;
    try {
        new_bank(config, 1, 0);
        require(false, "99 bits are refused");
    } catch (const std::runtime_error &error) {
        require(std::string(error.what()).find("99") != std::string::npos, "a message with the number");
    }

    auto *const rule = create_rule(1, 0.5F, 0.01F, 0.012F);
    step_rule(rule, true, true, 1.0F, 1.0F);
    destroy_rule(rule);
}

} // namespace

int main() {
    try {
        run();
    } catch (const std::exception &error) {
        std::fprintf(stderr, "not so: %s\n", error.what());
        return EXIT_FAILURE;
    }
    std::puts("C++17: handles, vectors, exceptions");
}
