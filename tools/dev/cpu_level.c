/* Stands in for libgcc's description of the processor, so that a program linked with it runs what another
 * machine would run: CPU_LEVEL 0 is the baseline of x86-64, 1 has AVX2 and FMA, too. Used by same_bits.sh. */
#define BIT(n) (1u << (n))

struct cpu_model {
    unsigned vendor, type, subtype, features[1];
};
/* The names and numbers are those of gcc/common/config/i386/cpuinfo.h. */
__attribute__((visibility("hidden"))) struct cpu_model __cpu_model;
__attribute__((visibility("hidden"))) unsigned __cpu_features2[4];

int __cpu_indicator_init(void);
__attribute__((visibility("hidden"))) int __cpu_indicator_init(void) {
    unsigned baseline = BIT(0) | BIT(1) | BIT(3) | BIT(4); /* CMOV MMX SSE SSE2 */
    unsigned avx2 =
        BIT(2) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(9) | BIT(10) | BIT(14) | BIT(16) | BIT(17);
    __cpu_model.vendor = 1;
    __cpu_model.features[0] = CPU_LEVEL ? baseline | avx2 : baseline;
    return 0;
}
