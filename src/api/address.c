/* Which addresses are the Internet's (the special-purpose registries of IANA; RFC 6890). */
#include "../base/base.h"
#include "../base/memory.h"

/* An address whose first num_bits are these. */
typedef struct address_range {
    unsigned char bytes[16];
    size_t num_bits;
} address_range;

/* IPv4: not for the Internet. */
static const address_range address_special_4[] = {
    {{0}, 8},                /* this network, the unspecified address */
    {{10}, 8},               /* private (RFC 1918) */
    {{100, 64}, 10},         /* shared by a provider's customers (RFC 6598) */
    {{127}, 8},              /* loopback */
    {{169, 254}, 16},        /* link-local: a cloud's metadata, too */
    {{172, 16}, 12},         /* private */
    {{192, 0, 0}, 24},       /* protocols */
    {{192, 0, 2}, 24},       /* documentation */
    {{192, 88, 99}, 24},     /* relays of 6to4, given up */
    {{192, 168}, 16},        /* private */
    {{198, 18}, 15},         /* benchmarks */
    {{198, 51, 100}, 24},    /* documentation */
    {{203, 0, 113}, 24},     /* documentation */
    {{224}, 3}               /* multicast; reserved; broadcast */
};

/* IPv6: within 2000::/3, outside of which nothing is the Internet's (::1, fc00::/7, fe80::/10,
 * ff00::/8 ...), not for it either. */
static const address_range address_global_6 = {{0x20}, 3};
static const address_range address_special_6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* protocols: Teredo, benchmarks, ORCHID */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x3f, 0xff, 0x00}, 20}        /* documentation (RFC 9637) */
};

/* IPv6 that stands for an IPv4 address, which begins behind the range: mapped, NAT64, 6to4. */
static const address_range address_with_4[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},
    {{0x00, 0x64, 0xff, 0x9b}, 96},
    {{0x20, 0x02}, 16}};

static int address_is_in(const unsigned char *bytes, const address_range *ranges, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (hc_bits_same(bytes, ranges[i].bytes, ranges[i].num_bits)) {
            return 1;
        }
    }
    return 0;
}

int httpsc_address_is_public(const httpsc_address *address)
{
    const unsigned char *bytes = address->bytes;

    if (address->len == 16) {
        for (size_t i = 0; i < HC_ARRAY_LEN(address_with_4); i++) {
            if (address_is_in(bytes, &address_with_4[i], 1)) {
                return !address_is_in(bytes + address_with_4[i].num_bits / 8, address_special_4,
                                      HC_ARRAY_LEN(address_special_4));
            }
        }
        return address_is_in(bytes, &address_global_6, 1) &&
               !address_is_in(bytes, address_special_6, HC_ARRAY_LEN(address_special_6));
    }
    return address->len == 4 &&
           !address_is_in(bytes, address_special_4, HC_ARRAY_LEN(address_special_4));
}
