/* Parts drawn by scikit-learn 1.2.1; made by tools/dev/reference/folds_sklearn.py. */
/* clang-format off */
#include <stdint.h>

static const int32_t drawn_y_0[] = { 1, 0, 0, 0, 0, 1, 1, 0, 1, 0 };
static const int32_t drawn_group_0[] = { 0, 1, 2, 3, 4, 2, 2, 0, 4, 0 };
static const int32_t drawn_y_1[] = { 0, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 1, 2, 2, 2, 0, 2, 2, 1, 2, 0, 2, 2, 0, 2, 1, 2, 2, 2, 1, 2, 1, 1, 0, 2, 1 };
static const int32_t drawn_group_1[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 11, 9, 5, 9, 1, 2, 3, 2, 2, 5, 7, 3, 11, 10, 0, 11, 9, 9, 3, 4, 5, 11, 3, 0, 4, 11, 8, 10, 10, 6, 11, 7, 2, 7 };
static const int32_t drawn_y_2[] = { 1, 1, 0, 2, 0, 2, 0, 2, 1, 2, 2, 2, 1, 1, 1, 0, 2, 0, 1, 0, 0, 0, 2, 1, 0, 2, 1, 0, 0, 2, 2, 0, 1, 0, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 2, 2, 0, 0, 2, 0, 0, 1, 1, 2, 0, 1, 2, 2, 2, 1, 0, 0, 0, 1, 1, 0, 2, 2, 2, 0, 2, 1, 1, 2, 0, 1, 0, 2, 1, 1, 0, 2, 2, 2, 0, 0, 0 };
static const int32_t drawn_group_2[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 1, 21, 19, 18, 0, 13, 26, 10, 20, 26, 27, 28, 8, 23, 1, 4, 25, 12, 19, 22, 10, 28, 7, 17, 15, 0, 18, 7, 12, 16, 0, 12, 9, 14, 24, 2, 16, 11, 5, 21, 16, 9, 11, 10, 0, 8, 4, 5, 28, 11, 29, 17, 29, 14, 10, 20, 16, 7, 28, 15 };
static const int32_t drawn_y_3[] = { 2, 1, 3, 3, 5, 9, 4, 8, 1, 9, 4, 8, 8, 7, 9, 5, 4, 1, 8, 0, 2, 9, 7, 8, 2, 0, 6, 1, 0, 3, 3, 1, 9, 6, 8, 1, 0, 6, 7, 6, 2, 9, 7, 0, 1, 3, 6, 4, 4, 8, 2, 3, 0, 5, 9, 3, 0, 6, 7, 5, 9, 2, 7, 1, 8, 8, 2, 5, 4, 0, 1, 3, 5, 5, 2, 5, 0, 2, 1, 7, 4, 9, 6, 6, 7, 3, 3, 4, 0, 6, 2, 9, 8, 7, 6, 4, 7, 4, 5, 5 };
static const int32_t drawn_group_3[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 4, 2, 1, 7, 0, 8, 8, 1, 2, 3, 0, 1, 1, 5, 5, 6, 0, 3, 2, 4, 2, 8, 4, 0, 0, 2, 6, 3, 5, 4, 6, 4, 8, 2, 4, 6, 5, 3, 5, 2, 6, 4, 3, 2, 5, 7, 5, 8, 5, 2, 0, 3, 2, 2, 4, 3, 4, 8, 7, 0, 2, 7, 8, 8, 4, 0, 4, 1, 7, 4, 0, 1, 0, 6, 2, 0, 2, 4, 4, 1, 0, 0, 2, 3, 7, 6, 3, 5, 6 };
static const int32_t drawn_y_4[] = { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 };
static const int32_t drawn_group_4[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 36, 13, 32, 32, 11, 1, 32, 39, 6, 3, 38, 30, 4, 27, 30, 26, 26, 27, 25, 2, 21, 20, 10, 33, 37, 18, 17, 17, 34, 8, 13, 5, 22, 18, 1, 32, 7, 4, 29, 12, 36, 0, 37, 2, 21, 22, 9, 30, 22, 23, 10, 8, 11, 39, 3, 7, 16, 6, 7, 13, 16, 2, 39, 4, 2, 29, 37, 13, 24, 0, 21, 35, 26, 29, 15, 4, 21, 27, 10, 27, 0, 21, 25, 3, 5, 0, 17, 10, 39, 23, 39 };
static const int32_t drawn_y_5[] = { 9, 12, 17, 10, 19, 4, 6, 16, 16, 14, 10, 15, 0, 3, 11, 19, 18, 2, 13, 13, 12, 2, 3, 5, 19, 7, 19, 1, 14, 11, 6, 19, 10, 12, 5, 17, 8, 14, 14, 7, 2, 12, 14, 10, 5, 8, 8, 14, 15, 4, 0, 6, 1, 17, 13, 17, 0, 15, 8, 17, 4, 6, 19, 15, 9, 10, 16, 9, 9, 3, 10, 2, 13, 9, 1, 18, 7, 4, 15, 9, 19, 6, 8, 13, 11, 11, 6, 15, 3, 17, 0, 5, 15, 17, 15, 16, 1, 19, 3, 15, 4, 3, 3, 8, 16, 8, 12, 7, 12, 9, 10, 1, 12, 6, 9, 4, 13, 2, 4, 1, 0, 5, 8, 4, 1, 1, 5, 4, 11, 11, 1, 5, 18, 18, 10, 13, 2, 13, 14, 8, 18, 16, 18, 11, 14, 16, 14, 5, 9, 11, 13, 8, 17, 12, 7, 6, 7, 0, 3, 18, 18, 3, 2, 16, 11, 12, 10, 1, 6, 13, 14, 17, 7, 19, 2, 6, 0, 15, 0, 4, 7, 16, 12, 18, 0, 5, 16, 2, 11, 9, 3, 18, 17, 7, 10, 0, 2, 5, 7, 19 };
static const int32_t drawn_group_5[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 26, 57, 35, 2, 19, 5, 13, 2, 32, 40, 38, 31, 11, 22, 0, 21, 43, 1, 14, 18, 55, 35, 10, 34, 58, 49, 6, 10, 46, 57, 26, 53, 46, 14, 7, 29, 30, 42, 45, 24, 44, 8, 56, 56, 25, 31, 41, 42, 24, 14, 57, 35, 15, 10, 33, 10, 42, 48, 27, 44, 49, 29, 31, 8, 43, 48, 57, 8, 23, 36, 52, 16, 5, 31, 42, 12, 44, 19, 3, 12, 38, 49, 49, 12, 53, 34, 48, 5, 16, 35, 4, 26, 45, 17, 51, 40, 21, 4, 18, 33, 3, 14, 3, 49, 6, 22, 29, 55, 54, 7, 1, 13, 53, 19, 38, 4, 57, 16, 36, 11, 19, 8, 34, 15, 40, 26, 3, 25, 28, 2, 33, 41, 43, 30, 22, 25, 52, 41, 22, 43 };
typedef struct drawn_table {
    int n, n_classes, n_groups;
    const int32_t *y, *group;
} drawn_table;
static const drawn_table drawn_tables[] = { { 10, 2, 5, drawn_y_0, drawn_group_0 },
    { 47, 3, 12, drawn_y_1, drawn_group_1 },
    { 90, 3, 30, drawn_y_2, drawn_group_2 },
    { 100, 10, 9, drawn_y_3, drawn_group_3 },
    { 131, 2, 40, drawn_y_4, drawn_group_4 },
    { 200, 20, 60, drawn_y_5, drawn_group_5 } };
/* A letter for each row of each fold: t tested, . trains, - neither. */
typedef struct drawn_folds {
    int table, n_folds;
    const char *text, *sides;
} drawn_folds;
static const drawn_folds drawn_cases[] = { { 0, 3, "k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      "..t.t...tt"
      ".t....tt.."
      "t..t.t...." },
    { 0, 3, "stratified_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      ".t.t..t.t."
      "t.t......t"
      "....tt.t.." },
    { 0, 2, "stratified_group_k_fold n_splits=2 shuffle=true random_state=0 rng=sklearn",
      ".tt..tt..."
      "t..tt..ttt" },
    { 0, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "..t.t...tt"
      ".t....tt.."
      "t..t.t...."
      ".ttt.t...."
      "t.......tt"
      "....t.tt.." },
    { 0, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      ".t.t..t.t."
      "t.t......t"
      "....tt.t.."
      "..t..t..tt"
      ".t.t..t..."
      "t...t..t.." },
    { 0, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      "..t......."
      "...t......"
      "..t......." },
    { 0, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      ".t...t.t.."
      "ttt......."
      ".t..t...t." },
    { 0, 3, "stratified_shuffle_split n_splits=3 test_size=2 train_size=0.55 random_state=0 rng=sklearn",
      ".-..t-t-.."
      "---..t.t.."
      ".-.-tt..-." },
    { 0, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "t.t.-ttt-t"
      "t.t-.ttt.t"
      ".t-t.--..." },
    { 0, 2, "stratified_group_k_fold n_splits=2 shuffle=false random_state=0 rng=sklearn",
      "t..tt..ttt"
      ".tt..tt..." },
    { 0, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "-.t-t-..tt"
      ".ttt-t--.." },
    { 0, 3, "k_fold n_splits=3 shuffle=true random_state=42 rng=sklearn",
      "tt...t..t."
      "..t....t.t"
      "...tt.t..." },
    { 0, 3, "stratified_k_fold n_splits=3 shuffle=true random_state=42 rng=sklearn",
      "t.t.t.t..."
      ".t......tt"
      "...t.t.t.." },
    { 0, 2, "stratified_group_k_fold n_splits=2 shuffle=true random_state=42 rng=sklearn",
      "tt..t..ttt"
      "..tt.tt..." },
    { 0, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=42 rng=sklearn",
      "tt...t..t."
      "..t....t.t"
      "...tt.t..."
      "tt...t..t."
      "...tt..t.."
      "..t...t..t" },
    { 0, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=42 rng=sklearn",
      "t.t.t.t..."
      ".t......tt"
      "...t.t.t.."
      "ttt..t...."
      "....t...tt"
      "...t..tt.." },
    { 0, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=42 rng=sklearn",
      "........t."
      "t........."
      ".........t" },
    { 0, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=42 rng=sklearn",
      "t...t..t.."
      "..t..t.t.."
      "..t.tt...." },
    { 0, 3, "stratified_shuffle_split n_splits=3 test_size=2 train_size=0.55 random_state=42 rng=sklearn",
      "-..t-..-t."
      "-...-t.-.t"
      "-t..-..-t." },
    { 0, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=42 rng=sklearn",
      ".t.-t...t."
      ".t.t-...-."
      "tt-..--t.t" },
    { 0, 3, "k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      ".t...tt..t"
      "t......tt."
      "..ttt....." },
    { 0, 3, "stratified_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      "t.t..t.t.."
      "...tt.t..."
      ".t......tt" },
    { 0, 2, "stratified_group_k_fold n_splits=2 shuffle=true random_state=4294967295 rng=sklearn",
      ".tt..tt..."
      "t..tt..ttt" },
    { 0, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      "......t..."
      ".........t"
      "...t......" },
    { 0, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      "...tt.t..."
      "t.t......t"
      "..t..t...t" },
    { 1, 5, "k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "....t.....tt......t...t.....t.tt.t........t...."
      "..t............tt........ttt.t..t..........t.t."
      ".....t..t....tt..t..t.............t.....tt....."
      ".t....tt....t..........tt..........t.tt........"
      "t..t.....t.........t.t..............t..t....t.t" },
    { 1, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      ".....t.....t......t.....t.tt.tt.....t........t."
      ".t........t....tt...t....t.....t.....tt.......t"
      "t.t.t.t..t....t....t............t..t..........."
      "...t...t.....t.........t....t....tt.....t..t..."
      "........t...t....t...tt................t.tt.t.." },
    { 1, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      "tt....t....ttt...t.......t.tt.....t.t.t...tt..."
      "..tt...tt.........tttt.tt......t...t...t....ttt"
      "....tt...tt...ttt.....t...t..tt.tt...t..tt....." },
    { 1, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "..t.t.....tt......t...t....ttttttt........tt.t."
      ".....t.tt....ttttt..t....tt.......t..tt.tt....."
      "tt.t..t..t..t......t.t.tt..........tt..t....t.t"
      "..t.....t....t..t..tttt...t..tt..t...tt..t..t.."
      "...t..tt.t..t.t...t.....tt.t....t......t..tt.tt"
      "tt..tt....tt...t.t.....t....t..t..ttt...t......" },
    { 1, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      ".....t....tt...t..t.t...t.tt.ttt....ttt......t."
      "ttt.t.t..t....t.t..t.....t......tttt.......t..t"
      "...t...tt...tt...t...ttt....t..........tttt.t.."
      "t..........t.t..tt....tttt..t...tt......ttt.t.."
      ".tt.....tt....tt...t.t.....t.t.t..t..tt....t..t"
      "...ttttt..t.t.....t.t.....t...t....tt..t.....t." },
    { 1, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      "....t.......................t.t..t............."
      ".....................t........t..t...t........."
      ".......t....t..t.................t............." },
    { 1, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      "..t.....tt....t.............ttt..t.....t.t.tttt"
      "tt.ttt.t..........tt.t..................tt.t.tt"
      "t.t.............t.t.t..t.t.t....t.....t.ttt..t." },
    { 1, 3, "stratified_shuffle_split n_splits=3 test_size=6 train_size=0.55 random_state=0 rng=sklearn",
      "..-....t--tt..-t-..-t.......---..-t....-.-.----"
      "....---.-.-..--t--......-...t-.t.t--.t-.t--...."
      "-..--.....-..-.-..-...tt.t.-.--..t.t.---..-.t--" },
    { 1, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "-..-t-t..-tt.t---..-..-.-tt-t---t-t--tt.tttt..."
      ".-tttt-.-.-.-..t.-ttttt.t.-....ttt.t.t.----..t."
      ".tt--.t.--t.t.-.-tt-tt..-.t..----..-.-.-ttt..t." },
    { 1, 3, "stratified_group_k_fold n_splits=3 shuffle=false random_state=0 rng=sklearn",
      "t...t.t....t.t...........t.tt...t.t.ttt...tt..."
      ".tt..t.t....t..t.tt.tttt.........t..........ttt"
      "...t....ttt...t.t..t....t.t..ttt...t...ttt....." },
    { 1, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "----t------.------.---------t-t--t--------.----"
      "--.-------------.----t-------.t--t---t---------" },
    { 1, 5, "k_fold n_splits=5 shuffle=true random_state=43 rng=sklearn",
      ".....tt......tt...t...t.........ttt....t......."
      ".......ttt.........tt...t......t......t..tt...."
      "..........t.t..t..........t.tt.......t.....t..t"
      ".t.t.......t.............t.........tt...t...tt."
      "t.t.t...........tt...t.t...t..t................" },
    { 1, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=43 rng=sklearn",
      ".t.............tt.......t...t.t...tt....t..t..."
      "...tt.ttt..t..t..........t...t.t..............."
      ".....t.................t..tt.....t.....t.t...tt"
      "t...........tt...tttt...........t...t.........."
      "..t......tt..........tt..............tt...t.t.." },
    { 1, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=43 rng=sklearn",
      "t...t.t....t.t...........t.tt...t.t.ttt...tt..."
      ".t...t.t.t..t.tttt....tt.....tt..t..........t.t"
      "..tt....t.t.......tttt..t.t....t...t...ttt...t." },
    { 1, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=43 rng=sklearn",
      ".....tttt....tt...tt..t.t.......ttt...tt..t...."
      "...t.....tt.t..t....t.....t.tt.t.....t..tt.tt.t"
      "ttt.t......t....tt...t.t.t.t..t....tt........t."
      "ttt..t...t.t.t.tt...t.......t...t...tt.....t..t"
      "....t...t...t.t..t.t..t..t...tt..t....tt.tt.t.."
      "...t..tt..t.......t..t.tt.tt...t..tt....t....t." },
    { 1, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=43 rng=sklearn",
      ".t.tt.tt...t...tt.......t...t.tt..tt....t..t..."
      "t....t..t.....t....tt..t.ttt.t...t.....t.t...tt"
      "..t......tt.tt...tt..tt.........t...ttt...t.t.."
      ".tt.t...t...t....t...tt.tttttt............t.t.."
      "...t.ttt..t..tt.t..t...t.......t.tt....t...t..t"
      "t........t.t...t..t.t.........t.t..tttt.tt...t." },
    { 1, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=43 rng=sklearn",
      "......t......t..................t.t............"
      "..t......t..........t.........................t"
      ".......t........................t....t.t......." },
    { 1, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=43 rng=sklearn",
      ".tttt.t......t...t..tt......tt..t..t........t.."
      ".....t..t....tt.t...t...tt..t...t.......t..ttt."
      ".t.tt.....t.......t.tt.t....tt..t.t..t....t...." },
    { 1, 3, "stratified_shuffle_split n_splits=3 test_size=6 train_size=0.55 random_state=43 rng=sklearn",
      "t----t-......-...-t.--.t....--..-..-.-.t...t--."
      ".t-....t--t.-.-t-.--...-.....t.t..----.--..-..."
      "..-.-.-...t--.tt--.-...-.-.---.t.--.t..t-......" },
    { 1, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=43 rng=sklearn",
      "--..--ttt..t-t.-.-....-t.t.-t...--t.--tt..ttt.t"
      "-.--t.t-t.t.......----.--.t-...-t..--t.tttt.---"
      ".t----t...tttt.-.t-----.-tt.t..---t-.-t.tttt.-." },
    { 1, 5, "k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      "..t...t...........tt.t..t...t........t.t..t...."
      ".t.t....t......t..........t..t.t......t....t..t"
      "....t...........tt..t............t..t...t...tt."
      ".....t...tt..tt........t...t..t..........t....."
      "t......t...tt.........t..t......t.tt..........." },
    { 1, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      "..t.......t..tt...t.....t......t...........t.tt"
      "...............tt..tt..t..ttt...t...t.........."
      ".t..tt......t........t...t.......tt.......t...."
      "...t..t.tt............................tttt..t.."
      "t......t...t.....t....t......tt....t.t........." },
    { 1, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      "....t..tt..t.t.........t.t..t...t.t..ttt...tt.t"
      "t..t..t..t....t.t..t....t..t.ttt...tt.....t...."
      ".tt..t....t.t..t.tt.ttt...t......t......tt...t." },
    { 1, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      "......t............t.t..t......................"
      ".....t...........t..................t......t..."
      "......t............t..........t............t..." },
    { 1, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      "......tt....tt.tt..........tt.....tttt.t..t...."
      "t......t..tt..tt..t.t.t......t.....t...t.t...t."
      "t.t......tt...t....tt.tt...t.t...t.t.....t....." },
    { 2, 5, "k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "..t....tt....t..t.......t.t...t..t.......t.t.t.......t..t......t..t...........t..........t"
      "...t..t...........t...t....t..............t.....t.tt..t......tt..........t.t.t.tt.t......."
      "t...tt.....t...t.t.....t....t.....tt..t.t...........t..t...t........t.....t......t........"
      ".t........t...t....tt........t.tt................t.......t..t........t.t....t.......tt.tt."
      ".........t..t........t...t..........tt.t....t.tt..........t.....tt.t..t.t..........t..t..." },
    { 2, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "t.t.....................t.....tt...tt.....t........tt.t......t.........t..tt...t......tt.."
      "............t..t...tt..t.........t....t.....tt....t......t.t..t...t..tt.............tt...."
      "....t...t.tt.....t...t....t..t....t..t.t.......................t........tt..t....tt......t"
      "......tt........t.....t.........t.......tt....tt.......tt.t.....tt..t.........t.t..t......"
      ".t.t.t...t...tt...t......t.tt..............t....tt...t......t......t.........t..........t." },
    { 2, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      ".t..t........t..tt.t..tttt..t.t.t..t.....t.tttt.tt.t.t.....t....t.t...t.....t.t..t....t.t."
      "..tt.tt.t.t.........tt....tt.t.t....ttttt.t.......t..............t..tt...t.t.t..t.t.tt...."
      "t......t.t.tt.tt..t..............tt............t....t.ttttt.tttt...t...tt.t....t...t...t.t" },
    { 2, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "..tt..ttt....t..t.....t.t.t...t..t.......ttt.t..t....tt.t....t.t..t......t...tttt.t......t"
      "tt..tt....tt...t.tt....t...tt..t..tt..t.t.........ttt..t.t.tt.t.....t..t..tt.....t........"
      ".........t..t.t....ttt...t...t..t...tt.t....t.tt.t........t.....tt.t.tt.t...t......tttttt."
      "....tttt.t..t..t.tt......t..tt...t...t.t.....t...t..tt.t.....t..ttt...tt..t....tt........t"
      "........t..t.t..t..t..t.t.t...ttt.....t.t...t..t...t..t.tt..t..t....t...t...t.t..ttttt...."
      "tttt......t...t.....tt.t...t......ttt....ttt..t.t.t.......tt..t....t.t...t.t.t........ttt." },
    { 2, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "t.t............t...t....t.....tt...tt.t...t.t.....ttt.t..t.t.tt...t...tt..tt...t....tttt.."
      "....t...t.ttt...tt..tt.t..t..t...tt..t.t.....t.t.......t..t....t....tt..tt..t....ttt.....t"
      ".t.t.ttt.t...tt...t...t..t.tt...t.......tt.t..t.tt...t..t...t...tt.t.........tt.t.......t."
      ".ttt.t.t.t....ttt...t..t.............t.ttt....t..t......tt.t.tt.t..........ttt.t..t..t.t.."
      "........t....t.....t.t....t..tt.ttt...t...tt....t.ttt.....t.t....t..t.ttttt......t....t.tt"
      "t...t.t...ttt....tt...t.tt.tt..t...tt.......tt.t.....ttt.......t..tt.t........t.t..tt....." },
    { 2, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      "..t..........t................t..........t...t.......t............t......................."
      ".......t..........t..............t.....t.........t....................t........t.........."
      "............t.t.....................t.............t......................t.......t.....t.." },
    { 2, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      "t.t.......ttt..tt....t...t.t.tt..t.......t.tt...t.t...t.t....ttt.t.t...........t..t......."
      ".t..........t..................t......t..t..t.tt.t..t.......ttt..t.ttt.t..t.t..t..t.ttttt."
      ".tt....t.t.....tt.tt.tt.tt.........t.t.t....t.t....t....t....t.t..t........tt.tt...t......" },
    { 2, 3, "stratified_shuffle_split n_splits=3 test_size=12 train_size=0.55 random_state=0 rng=sklearn",
      "---tt-..t-..t..---..t---...-.-..-t--.t..-......-......-..-tt...-.-.-.t.-t...-...t--....-.-"
      "--.-..-....-.-.-..-....t---...--tt-....-.t....-.t...-.-...-..---.t..-.--.tt..-..--.ttt.t-."
      "-.-..t.-.-..t-.t.t.....t..t-t-.-..t-.-..-...-t......t-.-.-.--.-..-...-...--.t-t-..-.--.--." },
    { 2, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "-.t-...-.-tt-t.-.t.-.-..t-ttt..--.-ttt.ttt....---.tt-t--.--.---.tt.t.-.-tt-...tt.t..t..-t-"
      "-.t-.tt.t..ttt.-t---t.-.-....-..---t..t...t....t--...----.tt-t..-tttt.t.t.-t.t.t---..tt..-"
      "....---.---.t.t-.-.t-t.ttt.t.t.tt....--.t.-t.-ttt.-..--...t..t-tt...-t.-.-.---..t-tt--...-" },
    { 2, 3, "stratified_group_k_fold n_splits=3 shuffle=false random_state=0 rng=sklearn",
      "..t.t........tt.ttt.t..t.t...t...t.t..t....t.tt......t..t..t...t.tt...t.....t...tttt.tt..."
      ".t.t.t.tt..tt........t......t.tt.........tt.t..t...tt....tt..t.....ttt..t..t.ttt.......tt."
      "t.....t..tt....t...t..t.t.tt....t.t.tt.tt.......ttt...tt....t.t.t......t.tt.........t....t" },
    { 2, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "--t----------t----------------.----------t---.-------t------------.-----------------------"
      "-------.----------t--------------t-----.---------t--------------------.--------t----------" },
    { 2, 5, "k_fold n_splits=5 shuffle=true random_state=44 rng=sklearn",
      ".......t...........t....t.tt.....t...t.t..t..........t......t.tt............ttt....t.....t"
      "t...tt...................t....t.......t.......t.t...t.t...t.....tt..t.....t.....ttt......."
      "......t...t..t.t.t...t......t...t.t.....tt.tt..t..................t.....t.............t.t."
      "..t.....tt.tt...t.t..........t.t.................ttt....t....t.......tt....t...........t.."
      ".t.t..........t.....t.tt...........tt........t.........t.t.t.......t...t.t.....t....tt...." },
    { 2, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=44 rng=sklearn",
      ".....tt.t.t....ttt..t...........t.t.t.tt.......t..t..t.............t.............t........"
      "..t.t....t.t..t...........t........t.....t..tt..tt.....tt................t.....t.......t.t"
      ".............t....t..tt..t.t.....t...t........t.....t.....tt.t......t......t..t.t...t....."
      "tt.....................t....tt.............t.......t..t..t......tt....tt.....t....t..tt.t."
      "...t...t....t......t....t.....tt........t.t.................t.tt..t..t..t.t.t......t......" },
    { 2, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=44 rng=sklearn",
      "...t..t......tt.t..t.tttt.tt...tt..tt..tt..t....tt.........t...tt.t..tt............t..t..."
      "..t.t...t.ttt..t............t........t...tt..t.t..tt..t...t..t...t.t....tt.tt.tt....t...tt"
      "tt...t.t.t.......tt.t....t...tt..tt...t.....t.t.....tt.ttt..t.t.....t..t..t..t..ttt..t.t.." },
    { 2, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=44 rng=sklearn",
      "....tt.t...........t....t.tt..t..t...t.t..t.....t...tt....t.t.tttt........t.ttt.tttt.....t"
      "t.....t.ttt..t.t.t...t...t..t...t.t...t.tt.tt.tt.t....t.t.........t.tt..t.............ttt."
      ".ttt.......tt.t.t.t.t.tt.....t.t...tt........t....tt...t.t.t.t.....t..tt.t.t...t....tt...."
      "...t.....t.t.tt.....t.......t...t.....t.t.ttt.tt...t..........t.t.t..t..tt...t.t.tt.t.t.tt"
      "..t.t.ttt.t.t...tt....ttttt....t.ttt.t.......t.......tt..tt..t.t.t........t..........t.t.."
      "tt...t.........t..tt.t.....t.tt.....t..t.t......ttt.t..tt..tt......tt.tt...tt.t.t..t......" },
    { 2, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=44 rng=sklearn",
      "..t.ttt.tttt...ttt..t.....t.....t.ttt.tt.t..tt.t..t..t..t..........t.............t.....t.t"
      ".............tt...t..ttt.t.t.t...t...t.....t..t.tt..t..t..tt.t...t..t.t..t.t..ttt...t...t."
      "tt.t...t....t......t....t...t.tt........t.t........t..t..t..t.ttt.t..t.tt.t.tt....tt.tt..."
      ".tt.t.....t.tt...................t.t.t......t..tt.t.tt.t..ttt.....t.ttt.tt..t.t.......tt.t"
      "...t.t..t.....ttttttttt.t....tt.t.t...tt.....t...t.t..t..t....t....t......t....tt..t......"
      "t.....tt.t.t...........t.tttt..t....t...tttt..t.........t....t.ttt.....t...t.t...tt.tt..t." },
    { 2, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=44 rng=sklearn",
      ".......t................t........t.............................t............t......t.....t"
      "...t.....t.................................tt.t.........................t.............t..."
      "......t.......t....................tt..............................t............t.....t..." },
    { 2, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=44 rng=sklearn",
      "..t............t..........t.....t.ttt.....t.ttt...t..tt....t..t.t....ttt......tttt...t..tt"
      "t.ttt..tt.....t.tt.tt....t....t.t...tt.........tt.t..tt..tt...t...........t....t....t....."
      ".tt..ttt...........t......t...ttt.t.t....tt..t.t.t..............t..t....t.tttt...t....t.t." },
    { 2, 3, "stratified_shuffle_split n_splits=3 test_size=12 train_size=0.55 random_state=44 rng=sklearn",
      ".t-............-....tt...t-.-...-.---.t...-.---.t.-..---tt.-..-.-.t..----t.t.t-.--.-.-.-.."
      "t----..-.t.-.---..-.t-t.tt..--...t-...t..-.--...............-.t.t.t----.-..---.-.-..t...-."
      ".-..--.-..--.tt..t-t...--tt.-...---.t-.-t-....--.....-.-....-...--.-t.tt...........-----.t" },
    { 2, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=44 rng=sklearn",
      "-.t-....t..tt-.-t-t.-t.tt-..--.t.t--..-..-tt..-t...-.---t.tt-t..tttt.tt.t.-t..-t---..-t.--"
      "t..ttttt---...t.-.--..-.tt.--...--t..-..---..tt.----t..t-t.-t.-tt.-.t.--.-t-tt-....t-.-t-."
      ".tt.t.tt...---t.t.-..---..-t-tt-.-.--..-t-.-tt.-.-.-t...-t-t.-.t.tt-.-t.-...t.--t.tt..tt-." },
    { 2, 5, "k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      ".....tt............t..t.....t.......t..t......t...t.....t....t.t.t...tt.t.........t.....t."
      "t.t.....t.t.....t....t.......t.t.t........t......t.t..............t.t.........t.t....tt..."
      "....t..t.......t..t...........t.......t..t......t....t....ttt......t........tt.t...t.....t"
      ".t.t.............t..t..tttt.............t..t.t.t.........t....t............t.....t..t..t.."
      ".........t.tttt............t....t.tt.t......t.......t.tt........t......t.tt..............." },
    { 2, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      "....tt...t........tt........t........t...t.....t.................t.tt....t..t...ttt.....t."
      "..t.......tt...........t.ttt.....t..t...t...t...tt.....tt.......t..........t.t............"
      "...t..t......t.t.....tt......t........tt..tt.t......t....t.............tt.....t.....t....."
      "t......t......t.t...t...t..........t..........t...tt.t....t.t.....t..t....t....t.....t...."
      ".t......t...t....t............ttt.t...................t....t.ttt......t............t..tt.t" },
    { 2, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      ".t...t.....t....t...tt.ttttt..tt....t.ttt..tt.t............t....t.ttttt.t....t.t.....tt..."
      ".......tttt......t.t........tt..t....t...tt.....t.tttt...t....t........t.t.t..t.ttt.t..tt."
      "t.ttt.t.....tttt..t...t..........ttt.........t.t.t....ttt.t.tt.t.t........t.t......t.....t" },
    { 2, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      ".....tt............t..t.............t..........................t.t........................"
      "t.......t..............................t........t...t..............t..............t......."
      "...t..t..................t.......t.t........................t....................t........" },
    { 2, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      ".ttt..tt.t..t.tt.....t..........tt.......t...t.t.........t..t...t.t.tt...tt..tt..t....t..."
      "t...t..tt......t....t.t.....tttt..t....t..ttt......tt..tt.t....t...t..t......t.....tt....."
      "....t....t...tt...ttt...t.ttt.t........t............t.t....tt....ttt.ttt......t.....tt...t" },
    { 3, 5, "k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "..t....tt....t..t.....t.t.t...t..t...................ttt.................t.t..t.......t.....tt.t...."
      "...t..t...........t........t...............t.t..t..t....t...t.tt....t..t..t.t...t.t.......t........t"
      "tt..tt.....t...t.t.....t....t.....tt..t.ttt.......t.t......t.t.............................t........"
      "..........t...t....tt........t.tt................t.......t........t..t..t....t.t....tt...t....t..tt."
      ".........t..t........t...t..........tt.t....t.tt..........t.....tt.t..t..........t.t...tt.......t..." },
    { 3, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "......t.....tt.t.t........t.....t...t..t.t..t.....tt...t...................ttt......t.......t....t.."
      "tttt...t.t.t...............t.....t....t...t.....t.......tt.t..............t.....t.......t..t......t."
      ".....t..t............t..t.....t......t.....t.t.t.t..t.....t.....t.......t.....t...........t...ttt..t"
      "....t.........t...tt..............t...................t......ttt..tttttt.......t..t...tt.t.........."
      "..........t.....t...t.tt.t..tt.t...t....t.....t......t......t....t.......t.......t.t.t.......t......" },
    { 3, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      ".tt..t...t..tt....tt..tttt...t.t....t..t....t..t.tt...tt.t.tt..tt......t......t...t..t.t..t..t....t."
      "t..t....t.t....ttt..tt.....tt...t.tt..t....t....t....t....t..tt...t.t.t..tt.t....t.t..t....tt.t..t.."
      "....t.tt...t..t...........t...t..t...t..ttt..tt....tt...t........t.t.t..t..t.t.tt...t...tt.....tt..t" },
    { 3, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "..tt..ttt....t..t.....t.t.t...t..t.........t.t..t....ttt....t.t.....t..t.t.tt.t.t.t...t...t.tt.t...t"
      "tt..tt....tt...t.tt....t...tt..tt.tt..t.ttt.......ttt...tt.t.t.t..t.......t....t.....t.....t........"
      ".........t..t.t....ttt...t...t......tt.t....t.tt.t........t.....tt.t.tt.t....t...t.tt..ttt....t.ttt."
      ".t...ttt.t..t..tttt......t..tt...t...t.t....tt...t..t..t....tt..t.......t.t.t.ttt..t...t....t....t.."
      "....t...t....t.....t..t.t.t...tt......t.t......t.....tt.tt.....t..t.tttt...t.....tt.t.t....t..ttt.tt"
      "t.tt......tt..t.....tt.t...t....t.ttt....ttt..t.t.tt......tt..t..t.t.....t...t.......t..ttt..t......" },
    { 3, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "t.t...tt.t.ttt.t.t........tt....tt..t.tt.t..t...t.tt...t.t.t..............tttt......t...t...t....tt."
      ".t.ttt..t............t..t.....t...t..t....tt.t.t.t..t.t.t.t..tttt.......t.....t.t........ttt..ttt..t"
      "..........t...t.t.ttt.tt.t..tt.t...t....t.....t......t......t....ttttttt.t.....t.ttt.ttt.....t......"
      ".....t.t.............ttt.t.t.t.t..t..tttt.......t.t.t...t..tt.........tt..tt.t.tt..t..t.....t.tt..tt"
      ".tt.t....t.t.t...ttt............tt.........tt..t...t.tt...t..tt.t.tttt........t...t.tt.t.ttt........"
      "t..t..t.t.t.t.ttt...t...t.t.t.t....tt....tt..tt..t.....t.t.....t.t......tt..t....t......t....t..tt.." },
    { 3, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      "..t.............t.........t............................t.................t.t..........t......t......"
      ".....t.........t..t..........t..................................t.......t..............t....t......."
      "....t.........t...........................t....t..........t.....t.......t.......................t..." },
    { 3, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      "....t.t......tt......t.t......t.tt....t.t..tt.t.ttt.....t......t...t.t........tt.....ttt.t..t......t"
      "....t......tt..t..........t.t.t....tt...tt..t............tt..t...t..t.ttt........tt...ttt..t.t..tt.."
      ".....t..t.tttt....tt..t.....t.t..t...t..tt..tt..t............t.t...t.....tt.t....t...t........tt..t." },
    { 3, 3, "stratified_shuffle_split n_splits=3 test_size=14 train_size=0.55 random_state=0 rng=sklearn",
      ".t-..--.....-..-..-t.-.-.---..t-..t..-.t-tt..-..-......t-t-.-.....t-tt--.t.t--.-..-.-.....-.....---."
      ".....-.-...-.......t..ttt..t..t...-..t.---.--...t..--.---..-..--t..t-t----...-..-tt--.....-..----..t"
      "...-t...-t--.-..-..-.-.--..-.-.-.-t.t.----....--t.tt-.t-..t.--.t...........--.....-t-...t.t.-..t..--" },
    { 3, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "-tt-.-.t.t..ttt-..tt--tt--.--t.t..--t.--....t..---t..-t-t-.-t--tt.-..t-tt...-.tt.-t-.t-t..t--t-t.--."
      ".t-t--.t.t.--tt...t-t.tt--..t---.-..-.t--.-.--.-t--.-t--t-.--.t---t-.t.-t..-.-tt-.t..-.---t..-tt.t-."
      "..tt.t---.-.t.-.--.tt...tt-.tt.t-...t-tt.-.-t.-tttt-.ttt-t-tt.ttt.t.--.t---....-....-t.t.....tt--tt-" },
    { 3, 3, "stratified_group_k_fold n_splits=3 shuffle=false random_state=0 rng=sklearn",
      ".tt..t...t..tt....tt..tttt...t.t....t..t....t..t.tt...tt.t.tt..tt......t......t...t..t.t..t..t....t."
      "t..t....t.t....ttt..tt.....tt...t.tt..t....t....t....t....t..tt...t.t.t..tt.t....t.t..t....tt.t..t.."
      "....t.tt...t..t...........t...t..t...t..ttt..tt....tt...t........t.t.t..t..t.t.tt...t...tt.....tt..t" },
    { 3, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "--t-------------.---------t----------------------------t-------------------.----------t------.------"
      "-----.------------t----------t----------------------------------t-------.--------------.----t-------" },
    { 3, 5, "k_fold n_splits=5 shuffle=true random_state=45 rng=sklearn",
      "ttt.t..t..t...............t......t...tt............t........t.t......t....t.t.t.....t.......t......t"
      ".....t...t........tttt.t.t..tt.............t.t.................t..tt..t..t........t.......t......t.."
      "................t.....t....t...........t.t..t..tt.t.t.tt..tt....t......t.......tt........t......t..."
      "......t....t.t...t......t......t....t...t.t......t......t....................t...t.t..t.t..t.tt...t."
      "...t....t...t.tt..............t.t.tt..........t......t...t...t...t..t...t..t.........t.t.......t...." },
    { 3, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=45 rng=sklearn",
      "................t..t....t..........ttt.............t..t..ttt....tt...........tt..t..tt.........t..t."
      "tt.t.t.tt...ttt..................t...........t......t.........t....tt...t...t...t..t......t........."
      "....t.t..........tt.t..t.t....t.t......t..tt..t.t......t....t.....t...t..t.....t...................."
      ".........ttt..............tttt..............t........t..t....t.........t..tt.............t.ttt..tt.."
      "..t............t.....tt........t..t...t.tt.....t.tt............t.....t............t...ttt.....t....t" },
    { 3, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=45 rng=sklearn",
      ".tt..t...t..tt....tt..tttt...t.t....t..t....t..t.tt...tt.t.tt..tt......t......t...t..t.t..t..t....t."
      "t..t....t.t....ttt..tt.....tt...t.tt..t....t....t....t....t..tt...t.t.t..tt.t....t.t..t....tt.t..t.."
      "....t.tt...t..t...........t...t..t...t..ttt..tt....tt...t........t.t.t..t..t.t.tt...t...tt.....tt..t" },
    { 3, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=45 rng=sklearn",
      "ttt.t..t.tt.......tttt.t.tt..t...t...tt......t.....t........t.t....t.tt..tt.t.t.....t.....t.t....t.t"
      ".....tt....t.t..t.....t....tt..........tttttt..tttt.t.tt..tt...tt.t....t.......tt.tt.....t......t..."
      "...t....t...t.tt.t......t.....ttt.ttt.........t......t..tt...t...t..t...t..t.t...t...tttt..t.ttt..t."
      "t.tt.t..t.t..t.t..t.t.ttttt.....tt.t....tt..tt..........t.t...tt.....ttttt....t..tt................."
      "....t......tt....t..........tt.t....t.tt......tt..t..t...t.t.t..tt.t......ttt..tt..tt.tt.t.t.t....t."
      ".t....tt.t....t.t..t.t.....t..t...t..t....tt....tt.tt.tt....t.....t.t........t.......t..t.t.t.tttt.t" },
    { 3, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=45 rng=sklearn",
      "t......tt...ttt.t..t....t........t.ttt.......t.....tt.t..ttt....tt.tt...t....tt..t.ttt....t....t..t."
      ".t.tttt..........tt.t..t.tt...t.t......t..ttt.t.t......t....ttt...t...t..t.tt..tt..........tt...t..."
      "..t......ttt...t.....tt....ttt.t..t...t.tt.....t.tt..t..t......t.....t.t..t.......t...tttt...tt..t.t"
      "t.....ttt..t...t..t.t.t..t.tt.t.tt..tt...t...t.....t.........t.t.ttt....t......t...tt..t...t..t..tt."
      "...ttt...t...t.......t.t..t....t...t..t.t.tt..tt.tt..tt...t.........t.tt.tt.t.t...t..t..t...t..t...."
      ".tt.......t.t.t.tt.t....t....t....t....t....t...t...t..ttt.tt.t.t....t.....t.t..tt....t..tt..t..t..t" },
    { 3, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=45 rng=sklearn",
      "tt...................................tt.......................t.............t.t....................t"
      ".............t...........t......t.......t....t............t.............t........t.................."
      "......t.....................t.t.......t.................t...............t.................t......t.." },
    { 3, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=45 rng=sklearn",
      "..t.t.t.t...t..t....t....tt...............t.tt......t.tt....t...t.....t..t........tt...tt.tttt.tt..."
      "...............ttttt.t..t.......t.tt.t..ttt...t........t.........t.tt..tt.t.t.t.t....t...t...t..t..."
      "...........tt.t....t.t..t.....tt......t...tt.t.t..t..t.........tt....tt....t......tt..t..tt..t.t.tt." },
    { 3, 3, "stratified_shuffle_split n_splits=3 test_size=14 train_size=0.55 random_state=45 rng=sklearn",
      "..---.-.-...-.t-...t-.....-....-......tt..-.--.t..t...---t..-...-t-..-t..-..-..t..--.t.-t.----.--.tt"
      "--....-t--t.-..-....t...-.t.t--.-.-..-.-.-..t..t.-.t--.t-...ttt......--.-..t.-.-...--.-....t.-.-.-.-"
      ".-.....-.....-t-.-..-.--.-.-t-..-...-..tt.-.t.t...t....t-...-.t.-.---...-..tt...t--..---.--tt.--..-." },
    { 3, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=45 rng=sklearn",
      "-tt--..t.t.-ttt-..tt--tt...--t-t.---t.-.-.-.t-..-.t.--t.t...t--tt---.t-tt..---tt--t-.t-t--t--t-t.-.."
      ".-t.t--t.-.tt-t...-t..-----..ttt.t..t-.-t-t.tt--.-t-t.t-t-.-t..ttt.t.t.tt..t.t-tt.-.-t.ttt-..t.t-.--"
      ".t-t--t..t.--t....t-t.tt--t.t---.-..-tt--t-.--t-t--t-t--.-.--.t---t-...-...-.-t.-.t.t-.---t..-t.tt-t" },
    { 3, 5, "k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      ".....tt.............ttt......t.t....t...........t..........t.........t......ttt.tttt........t..t...."
      "..t.....t.t........t........t....t.....t..t...t...t..t...tt...tt......t.................t.t..tt....."
      "t...t..t.......tt.............t.........t........t.t........t.....ttt...t......t....tt.....t......tt"
      ".t.t.............tt....tttt...........t..t.t.t.t........t....t...t.........t...........t........tt.."
      ".........t.tttt............t....t.tt.t......t.......t.tt........t......t.tt...........t..t.........." },
    { 3, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      ".......tt....t.................t.......tt..........t....t..ttt......t......tt..t.t...t.t.t..t......."
      "..t............t.t...........t....t...t..t.t...t.........t......t....t.......tt....t......tt....tt.t"
      "...ttt..........t.....ttt.ttt......tt.....t...t.tt....t..................tt...........t............."
      "t........t..t.....tt.....t....t.t....t....................t....t..t...ttt.......t...t.........tt..t."
      ".t....t...tt..t.....tt...........t..........tt....t.tt.t......t..t.t..............t.....t....t......" },
    { 3, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      ".tt..t...t..tt....tt..tttt...t.t....t..t....t..t.tt...tt.t.tt..tt......t......t...t..t.t..t..t....t."
      "t..t....t.t....ttt..tt.....tt...t.tt..t....t....t....t....t..tt...t.t.t..tt.t....t.t..t....tt.t..t.."
      "....t.tt...t..t...........t...t..t...t..ttt..tt....tt...t........t.t.t..t..t.t.tt...t...tt.....tt..t" },
    { 3, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      "......t.............t..........t....t................................t.......t..t...........t......."
      "....t..........t.....t...........t..........................t..................t..t.....t..........."
      "...................t..................tt.................t............t..............t....t.t......." },
    { 3, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      ".ttttt.t..t.tt..t...t.......tt.t......tttt..............t..tt..tt....t....t............t.t...t....t."
      "..t...tttt......t......t.t..t..tt....t.t..........t.....ttt......t.t..t.t.tt.t.t.t...t.t........t..."
      "..t.t.t...t.tt..ttt........ttt.....ttt..ttt.........t....t..t....tt......t.t.......t.t....t..t......" },
    { 4, 5, "k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "..t....tt.t...........t.t.t...t..t......t...t...t.ttt......ttt.........t....t.t......t....t.t............tt....................t..."
      "...t..t......t.tt.t........t...............t.t........t........t..t.t....t............t..t...t..tt..tt.............t..t...t..tt...."
      "tt..tt.....t.....t..........t.....t...t..tt..........t.tt.....t............t........t.........tt..tt....t..t.t..........tt........."
      "..............t....tt..t.....t.tt..t.............t.......t......t....t..t.t..t.tt.t........t................t.tttt..........t.....t"
      ".........t..t........t...t..........tt.t......tt..........t......t.t..t..........t.t...tt.............tt..........t.tt.t...t....tt." },
    { 4, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=0 rng=sklearn",
      "....t.ttt....t...........t...t.........t.t.........tt......t...tttt...t...t....t........t.t........t....t..........t.....t.t....t.."
      ".........t.t.....tt.......tt....t...........t.....t..........tt.....tt.....tt.t.t.....t....t.............t.t..t.t.......t........tt"
      "..........t...t.......tt......tt..tt.tt...t....t......t...t........t...t.t...t.....t........t....t...............tt...t.......tt..."
      "tttt.t..........t...tt..............t........t...t...t...t..t.....................t.t........t..t.t..ttt....t........t.t..t........"
      "............t..t...t....t...t....t......t..t..t.t......tt...............t........t...t.t.t....tt....t.....t..t.t....t.......tt....." },
    { 4, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      "t..t..t....t....tt.t.tt.t...tt......t...t...t...tt..........t.....tt....t.....t.tt..tt..t...t.t.tt..t....t..ttt..t..t...tt.t.tt...."
      "....t...tt....tt..t....t..tt..ttt.t..t....tt..t....ttttttt......tt..tt...t.t.t....t...tt.t.t...........t..t.....t.tt.t.t.........t."
      ".tt..t.t..t.tt......t....t.......t.t..tt.t...t.t..t.......tt.ttt......tt..t.t..t...t......t..t.t..tt.tt.t..t...t......t...t.t..tt.t" },
    { 4, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "..tt..ttt.t..t.tt.....t.t.t...t..t......t..ttt..t.ttt......ttt.t....t..t....t.t......t....t.tt..tt..t....tt...........t...t..ttt..."
      "tt..tt.....t.....tt....t...tt..tt.tt..t..tt..........ttttt....t...t......ttt........t.t..t....tt..tt.t..t..t.tt.tt.t....tt........."
      ".........t..t.t....ttt...t...t......tt.t......tt.t........t.....tt.t.tt.t....t.ttttt...tt..t..........tt....t..t..t.tt.t...tt...ttt"
      ".....ttttt..t....t....tt....t.....tt.t.t.....t..t....t.t.t.t....t...tt.t......t......t.ttt....t.t....t.....tt..tt.ttt...ttt...t.t.."
      ".t..t..........tt.t..t...tt..t.t.t..........t..t.t..t........t.t..t...t..tttt..t...tt......ttt.t.t..t..t.tt...t..t...ttt....t..t.tt"
      "t.tt......tt.tt....tt...t..t..t.t...t.t.tttt..t...tt..t.t.t.t.t..t.t....t....t..ttt...t...t.......tt..t.t....t.............t.t....." },
    { 4, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "....t.ttt..t.t...t.......t.t.t..t......t.t..t.....ttt......t...tttt..tt...ttt.ttt.....t.t.tt.......t....tt.t....t..t....tt.t....t.."
      ".........tt...t.t.t..ttt..t...tt..ttttt...t....t.t...tt..tt..tt....tt..t.t...t.....t........t....t...ttt......t..tt...t.......tt.tt"
      "tttt.t......t..t...tt...t...t....t......t..t.tt.t......tt...t...........t........tt.tt.t.t...tttt.t.t.....t.tt.t....tt.t..t.tt....."
      "...............t.tt.....t.t..t..t....tttttt......t...t..t.t.t.t.t.....t...ttt.t....t.....t....tt.tt.......tttt.t..tt...tt...tt..tt."
      ".t.t.tt.t..t..t.t...tt...t.tt......t.......tt..tt.t....t...t...t.tt.....t............tttt...tt.....ttttt.t....t..t...t...ttt..t...."
      "t.t.t..t.tt.tt.....t..tt......tt.tt.t........tt....tt.t..t...t.....ttt.t.t...t.tttt.t.....tt....t.......t.......t...t.t........t..t" },
    { 4, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      "........t.................t...t..t..........t...............tt.........t..................t...............t........................"
      "......t.t..............................t........t........t...........................t.........................t...tt.....t........"
      "......t...................t..................t....t.....................t..............t.t...............t........t...........t...." },
    { 4, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      ".t........t..t........ttt....t...........tt..t....t.t.t..........tt.....tt.t.tt.t.....t.ttttt...tt......t..........ttt.t...t..tt.t."
      "t.tt.....t...t....ttt.....t..t...tt...tttt...tt...t....t....t........tt...tt.t......t....tt..ttt....t...t............t.......t..t.t"
      ".....t............t...t..t....t...t.....tt........tt.t...tt...t.t..t..t...t...t..tt..tt.t.......t..tt..tt....t.t....tt..tt.t.t..t.." },
    { 4, 3, "stratified_shuffle_split n_splits=3 test_size=18 train_size=0.55 random_state=0 rng=sklearn",
      "t-........-..-.t...t.----..t.-..t-..tt.tt--..-....-.-.-.-.....t.t--.....--t-.--.-.....-.-----...--..t..t-.t.t...tt.---.-...-..--.-."
      "t.t--.t..t--.......-..-....-...---.t-.tt-t-..-.-..t--....--.--....-..tt....-.t.-.--...tt.t..-.....--.-..-...--t..t.-----.-.-....t.-"
      "-.-.-.t-t.--.-.....--.--....-.t.t...-.t.--...-t..-....-...t.t....--.-..-.-.t---t.t.-.-t..-.t-...t.-.-.-..-....tt....---..-..-.t-t-." },
    { 4, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "-..-t.-..-tt-..t..t-t-t--t-ttt.-...t..-.....t...---.tt.--tt.-tt..t......tt...tt-.-..-t-.t-t.t.-..-.....t.t..---t-ttt-ttt--t-.-.t.-."
      "-.t.--....--ttt...t..-t-.tt.-..--tt-t.t-tt---.--..t.-..tt.tt-.-t.t..t.t-tt.-.-.tt-.t-t..t--.--.....t.t--t..t.---t..--.-.--t.--.----"
      ".t.--.ttt.tt----...t--.-t...t-.t..-t-t..--..tt..t-..-.......--t.t...-t-...t.t----.t.-....-ttt.-t.tt-...-.-t-t.-t.----.t..-.-...t.-." },
    { 4, 3, "stratified_group_k_fold n_splits=3 shuffle=false random_state=0 rng=sklearn",
      ".t.t.t.t......t.tt.t.t.....t..tt..t...t......t...ttt.tt..t..t.....ttt..t..t.t.......t..t......ttt.t.t.........t.....tt.t.t.tt.t...."
      "t...t.t....t...t..t...ttt.......tt..tt..t.ttt.t.t...t..........ttt......tt.t.t..ttt..t..tt..t....t.....t..t.tt....tt....t....t...t."
      "..t.....ttt.tt......t....tt.tt.....t...t.t.....t.......tt.tt.tt......tt.......tt...t..t...tt.t.....t.tt.tt.t...ttt....t...t....tt.t" },
    { 4, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "--------t---------------------.-------------.----------------t---------.------------------t---------------t------------------------"
      "------t-.----------------------------------------------------------------------------.-------------------------t---tt-----.--------" },
    { 4, 5, "k_fold n_splits=5 shuffle=true random_state=46 rng=sklearn",
      "..........tt...t....tt..t....t...tt...t..tttt......t.....t..........t..t.tt..t........t.t............t......t............t....t...."
      "....t...tt...tt........................t.....t.t.t................tt..t.......t....tt......t..tttt.t...t.t................ttt......"
      "t..t.ttt.........t.......tt........ttt........t...t.ttt.......t.t.................t......t..........t.t.......t....t.........t.t..."
      ".t..........t...t......t....t...................t.......t....t.t.t..........t....t...t....t.t...........t.t..t.t..t..t.tt.......ttt"
      "..t...............tt..t....t..ttt.......t..............t..ttt........t..t..t...tt......t.....t....t........t....tt..t.t............" },
    { 4, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=46 rng=sklearn",
      "...t....t.........tt.....t....t.t...t.tt............t..t...t....t.....t..t.t...t.........t.t....t.....t.t........t....t.....tt....."
      "..t..tt..t.t.t.......tt...t....t..t...........t.tt.......t..t.t...t..t..t......................t.............t.....tt...t......t..."
      "..........t.t.......t........t.......t..t.ttt..t...t..t.t....t.........t........t.........t...t......t....t....t..t......t....t..tt"
      "....t..t.......ttt.....t....t....t.t.....t...t....t.......t......t.tt.........t..t...t...........t.......t....t......t.t..tt......."
      "tt............t.........t..t.........................t.........t..........t.tt....ttt.ttt...tt....ttt..t...tt...t...............t.." },
    { 4, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=46 rng=sklearn",
      "...t...tt......tt....t.t...t.t.t.t.t...t.......t.t...t...t..t..t.....t......t.t.....t....t.t.tttt.t.t.t..t....tt.tt.tt.t.t.t....ttt"
      ".tt.tt...t....t....t....ttt...t.t.t.t...t.tt.tt....tt.ttt.tt........t..t..tt.t..t..t..tt.............t.tt...t...t..t......t.t......"
      "t.....t...tttt...tt.t.t.....t........tt..t..t...t.t..........tt.tttt..t.tt.....t.tt..t..t.t.t....t.t......tt.t........t.t....ttt..." },
    { 4, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=46 rng=sklearn",
      "....t....ttt.ttt....tt..t....t...tt...tt.ttttt.t.t.t.....t..........t..t.tt..tt.....t.t.t..t..ttt....t.t....t............ttt..t...."
      "t..t.tttt...t....t.......tt........ttt........t...t.ttt.t.....t.t.tt..t...........tt.t...tt......t.tt.t..tt..tt...tt........tt.tt.t"
      ".tt.............t.tt..tt...tt.ttt.......t.......t......t..tttt.t.t...t..t..tt..ttt.....t....tt....t.....t..t...ttt..ttttt........t."
      "..tttt...tt.t.t..t.t..t...t....t....t..t...t....tt.ttt.t.ttt..........ttt...t...t...t..t...t.t.......t.....tt.t......t......t.t.ttt"
      "......ttt..t.t....t.....tt...t..t..t.t.......ttt........t.....tt...tt........t.t.tt..tt.ttt.t.t.t...t..tt.t..t......t.tt..tt.t.t..."
      "tt.............tt...tt.t...tt.t..tt...t.ttt.t.....t...t.....tt..ttt..t...ttt..t....t...........t.ttt..t..t.....ttttt....tt........." },
    { 4, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=46 rng=sklearn",
      "..tt..t.tt...t....tt.t...t....ttt...t.tt........tt..t..t.t.t..t.t.t...t.tt.t...t.........t.t...tt.....t.t....t...t.tt.t.t...tt....."
      ".....t....ttt..tt...t.tt..t..t....tt.t..t.tttttt...t..t.t...tt.....t.t.t........t.........t...t..t...t....t....t..t..t...t.t..tt.tt"
      "tt..t..t......t..t......t..tt....t.......t........t..t....t....t.t..t.....t.ttt..tttttttt...tt....ttt..t.t.tt.t.t......t..t.....t.."
      "......tt.tttt....t.t.t.tt..t.tt...tt.t....t....tt.t...tt.....t.........t..t....tt..tt..t.t...t..tt........ttt.........tt..tt..tt..."
      ".t...t..t....t.tt.t...t..tt.t....t..t...t..ttt................ttt...t.t.t...t....tt...t...tt...t..t..ttt.t......tt.t.t..tt..tt...t."
      "t.ttt.........t.....t..........tt.....tt.t....t..t.ttt..ttttt....ttt.t...t.t.tt......t..t...t.t....tt...t....ttt..t.t...........t.t" },
    { 4, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=46 rng=sklearn",
      "..........t.......................t...t..t..t..........................t.t..............t............t........................t...."
      ".....t......t....t.t................t...........t...t....t.............................t.....t....................................."
      "..........t.................t.......t..........t...............t............................t..t................t...........t....t." },
    { 4, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=46 rng=sklearn",
      "..tt...............ttt.t.t.....tt.t.tt........t......t.t......t..t.ttt...t...t..t...tt..tt......t......t..t.t.t..t...ttt..t....t..."
      "..t...t..t.......t.t....tt.............t......t....ttt...........tttt.....ttt.t..tt.....tt.t.tt........t.t..ttt.tt.........t.tt...t"
      ".........t..t...t.t..tttt.....t.tt.....t..t..............t..t..t..t....ttt..tt...t..t.t...t.t....t....tt.t..t.t....t..t..t....t..t." },
    { 4, 3, "stratified_shuffle_split n_splits=3 test_size=18 train_size=0.55 random_state=46 rng=sklearn",
      "t.--....t....t...t.---.-.-t-...--.-.--........-......-.-......-t.-.---.-.-...-..-...--..--...t..-t....t-..-t-t--t-t.t---..-.t.t-.tt"
      "--.-...-.-....-.--.-..-.--.....-..-t.-.tt-.-.-t....tt....-t..-..-.---...-.tt-.-.-.---............--t...-t.-...-..-t.t.tt-t.tt--...-"
      "..t-...t-.-...-.t..t..-----t-t...-..--..---.-..t.-..-.t.t.-..t...-..t-.--.-..-.-...-.-.t.--t...---t...t.-t..t..-....---.-t-........" },
    { 4, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=46 rng=sklearn",
      "-.-tt-tt-tt-.t..-t--..--..t-.-t.......tt.t..-..tttttt-ttt-.-..t..-tt.-t---..tt-..-.-.-tt--t--ttt-ttt--tt--.t.-..t-.t.-t--..t--ttt-t"
      "-t.....-t-tt-t.--.-t..-tt.-.t--.t..t.t.-.tttttt-...-..---.....t.t-...tt.--tt-.--.-t..----tttt-.--.-t-.-..-ttt-.t---...t.-....-.t-t-"
      "...-..-.t.t--.-tt.-..t.-.-tt--..tt.--ttt-.tt-.tt--t..t.ttt-.t.ttt-...t...-.t..---.t.t....-tt-t-.t-..t.t..-t...t-t-t.tttt.t--...tt-t" },
    { 4, 5, "k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      "......t........t....ttt.....ttt..t..............tt.t.......t..........t.t...t..t.t.t....t......tt........t.......t...tt........t..."
      ".....t.............t...........t....t..t..t...t...t......tt.t........t.....t....t.t..........t.......ttt..t.t.tt...tt..t..........."
      "t.t.t..tt.t.....t..................t....tt...........t........tt..ttt.........t......t....tt..t.........t...................t.t.t.t"
      ".t.t.............tt....tttt...........t....t.t.t........t....t...t...........t......t.......t....ttt.........t..t.......tt.......t."
      ".........t.tttt............t....t.t..t......t.......t.tt........t......t.tt...........tt.t..........t......t......t.......tt.t....." },
    { 4, 5, "stratified_k_fold n_splits=5 shuffle=true random_state=4294967295 rng=sklearn",
      "..t....t..t..........t.t.t........t...............t..t.t.t.t......t...t...ttt...........t..t..t.t...t.......t..t....t..t.......t..."
      ".t...t..t........t..t...t......t.t.......t.......t...........................t....tt.....tt....t.tt....ttt....t......t...t.......tt"
      ".........t..t...t.....t.....t.t....t......t..t..t...t.....t.t.t.....t..tt...........t..t....t....................t.t........ttt.t.."
      "...tt........t.t...t......t.........t..tt.....t....t..t........tt..t..........ttt....tt...................t..t....t...t...tt......."
      "t.....t....t..t...t........t.t..t....tt....tt..t........t....t...t...t...t.......t...........t.....t.tt....t....t.......t.........." },
    { 4, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      "tt.t...ttt.t.....tt..t........t...t...t.....tt...ttt..t.....t....ttttt...tt.t....t..t.tt...tt.tt..t..........tt.....t...tt.t.tt...."
      "..t.t.......t..t.......tttt..t..t..ttt..t.tt..t.....t..tt.tt....t..........t.tttt.tt.....t...........t.tttt.t..ttttt......t......t."
      ".....tt...t..tt.t..tt.t....tt..t.t.....t.t.....tt....t...t...ttt......ttt............t..t.t..t..tt.tt.t....t.........ttt....t..tt.t" },
    { 4, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      "....................t.t.....ttt....................t..................t.t......t.................................t................."
      "......t.t............t.............................................t...........t..............t.t...t............t......t.........."
      "..............t..t.........t..........t........................................t...t.........t...........t..................t...t.." },
    { 4, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      "....t.....t.tttt..t........ttttt...t.t.tt.t.t....tt........t.tt.........t......t.ttt...........tt.t..........t..t......t..tt...tt.."
      "....t......t..........t...t.t.t.t.t............tt.t..ttt.t..t.......t...t.t.....t..t..t....t...t.tttt...ttt.ttt..t....t.....t..t..."
      ".t...t.t...t...t.....t...t.........t.tt.......t...t.......t....tt...t....tt..t.....t.....t.t..tt..tt...t..t...t...tt.ttt..t..t.tt.." },
    { 5, 7, "k_fold n_splits=7 shuffle=true random_state=0 rng=sklearn",
      ".....t.t....t.....t..............t...t.......t..............tt............t.....t.................t........t..............tt.t....t..............tt.....t.t....t..........t......t.tt.tt.t.............."
      "....t...t.......t.....t.t.t...t.............t..........t.......t..t....t...t.......t.............t........t....t.t....t.....t....t....t........t.....tt.........t.......t...............t....t.........."
      "..t...........t....t.......t............t.....t....t..t.t.....t.......................t..tt.t...t....t......tt.....................t.....ttt.t..t........t.........t.................t.....t.......t...."
      "t.........t..t...........................t.t....ttt........t....t....t...t...........t.......ttt..............t.t.............t.........t.....................t..t.....t.......t..t............t..t.tt.."
      "...t..t....t...t....t..t...........t................t....t..........t.......t.t.....t......t........t.t.t...........t..t.t.............t...................tt.......t......t..............t...........tt"
      ".t...............t..........tt.tt.t...t...t..........t...........t.................................t.....t........t.....t......tt...tt........t....t...t.....t....t...t..t...t..t......................."
      ".........t...........t...t..........t..t.......t..........t........t..t.t....t.t.tt....tt..............t...........t.t......................t.......t................t......t.t.............t.t.tt......" },
    { 5, 7, "stratified_k_fold n_splits=7 shuffle=true random_state=0 rng=sklearn",
      ".......t...t.....t.....t.......t.......t............t.........tt.......t.t.........t.....t...t....t.............t.......t...t.........t...........t.t..t.........t.t...........t...t........t..t.....t.."
      "t.t..t....t....t.................t.t..t.......t.t..t......t.......t.........t.......t..tt.t....t....t.............t....t.t....t......t...............tt.......................t.....................t..."
      "..............t......t........t...t......t.t...........t...........t....................................t............tt...t..t.t.......t...t................t.......t.t...t.t....tt....tt.t..tt........t"
      ".t....t......t...........ttt.t............t..t...........t.t..........t......t.t...........t.............t.........tt............t.......tt..t..................t.t.............t...t.t...........tt...."
      "...tt...........t...t...................t......t..t...t..........t......t..........................t..tt...t.t.t.t.........t........t..........ttt.t....tttt.t.........................................."
      ".........t........tt....t...t...............t....t......t....t..t....t....t.....t.t..tt.....t...t...........t.t.........................t...t.t...............t......t...............t..........t.....t."
      "........t...t.........t.........t...tt...............t......t.......t......t..t..t............t..t...t....t.....................t.tt...........................t.......ttt.t.t...........t.t.....t......" },
    { 5, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn",
      ".t.t....ttt.tt..t.tt....tt.........t.....t..t.t....t..tt..t...t.t.t..........t.tttt.t..tt...t......ttt..t.t.t..t.t.t...t...t...t...t...ttttt...t....tt....t...t.t.t....tt.tt.t...t..tt....tt...t...t.t.."
      "....tt.t......tt.t....tt......t.t...ttt...t..t...t..t...tt...t...t..t.t..t....t......t...t...tt.ttt...tt...t.tt.t...t...t.....t.ttt.t.t.....ttt....t..t.tt...t...t.t.t...t....ttt.t....t.........tt.t.t."
      "t.t...t....t........tt....tttt.t.tt....tt..t...tt.t..t.....tt..t...t.t.tt.ttt......t..t...tt...t.........t........t..tt..tt.tt.......t..........ttt....t...tt..t....t.t.....t......t..t.tt..ttt.t......t" },
    { 5, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "....tt.tt...t...t.tt..t.t.t...t..t...t..t...tt........ttt...tt.t..t....t..tt....t..t........t...ttt.......tt...t.t....t...tttt...ttt..t........t.tt..tt.ttt....tt.......t.t......t.ttttttt...t.........."
      "t.tt..t...t..ttt....t..t...t.............t.t..t.ttttt......t..t.t...tt...t..t.t.....ttt..tt..ttt....tt..t...ttt.t...t....t....t........ttttt.t..t.............t..t.tt..t.......t..t.......tt...t..ttttt."
      ".t.......t.t.....t...t...t..tt.tt.ttt.tt..t....t.....t...tt......t.t..t.t....t.t.tt....tt..t.......t..tt.t........tt.t.tt......tt...tt......t.t....tt..t...ttt....t..tt..t.tttt.t...........t.t.tt.....t"
      ".t..tttt..t....t.......t..t..........tt.t....t.tt.t.t.t..t.tt.t..t..t.....t.tttt..t....t......t...ttt....ttt.t...t.t..t...tt...tt.t.t..t.......t..tt.tt..t.t....tt.tt.......t....t..t.....tt..tt........"
      "........t...ttt.ttttttt.....t.............t......t.....tt.t....tt.t..tttt..t.....t.tt.t..tt.tt.tt....tt.......t......t.t.t..t.........t....tttt..t........t..ttt..t...tttttt.t..t..t...tt.......tt....t."
      "t.tt.....t.t............tt.t.tttttttt..t.t.tt.t....t.t.......t.....t.....t......t....t..t..t.....t.....tt...t..tt.t.t...t....tt..t.t.t..ttt.....t...t..tt...t........t........tt..t..tt..t..tt....tttt.t" },
    { 5, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=0 rng=sklearn",
      "t.t..ttt..tt...t.t.....t......tt.t....tt.t.t..t.t..tt.....t...tt..t....t.t..t......tt..tttt..t....t.t...........t.t.t..ttt..tt.......ttt..........t.tttt.........t.tt.t...t.t.tt..tt...t....t..t.....t.."
      ".t.tt........tt.t...tt...ttt.t....tt......t..t.t......tt.t.t.......t..t.t....t.tt.....t....t...tt..t..t.tt.....t.t...tt...t...tt.t..t....ttttt.....t.....t.ttt..t...............tt..t.t.t.t..tt...ttt..t"
      "........tt..t.....tt..t.t...t...t...tt..t...t....tt..t..t...tt..tt..tt....tt..t..tt..t......t.t..t...t.t..ttttt....t.......t....t.tt....t.....tttt......t.t...tt..t..t.ttt.t.t.......t...t.t....tt....t."
      "ttt..t.tt.t..tttttt..t...tt.....t....tt........ttt.ttt...tt..t.t.ttt....tt......ttt..ttt.tt.....t.t....t..t.t.t....tt........tt.tt.......t.........tt.......t....tt....t..........t....t.t.....t...t..t."
      "....t....t.tt.........t.t..t.t.t...tt..ttttt.tt........t....t...t.....t...tt..tt...tt...t..t..t..t.......t.t.t.ttt....t.tt.....t...ttt.tt...t...tt...t..t.t........t.tt.tt.....tt....tt.t.t...t.....tt.."
      "...t..t............tt..t....t.t..tt.........t.....t...t.t..t..t.....tt.t....tt..............tt.t...tttt.t.........t..t.t..ttt.....t...t...tt.ttt..t...tt.t.t.tttt...t.....ttttt..t.tt......ttt..ttt....t" },
    { 5, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=0 rng=sklearn",
      ".....t......t.....t..........................................t..................t.................t........t.................t....................t.....t.t...............t......t..t.t................."
      "........................................t.........t...t..t....t.....t.............t...............t......t.......t................t........................t................t....t........t............."
      "..................................t.....t........t................................t..t................................t..............t..t.........t.........t........tt...........t............t......t." },
    { 5, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=0 rng=sklearn",
      "t.tt.tt..t...tt.t..t............ttt......t.t..t....t...t..tt..t.....t..t........t.tttt.t.......t..ttt..........t.tt......t........t.......t...............t...t..........tt.tt..tttt.ttttttt........t.t."
      "...t....t..t............t.tt......t.t.tt.t...t....t........t...tt..tt.t.t.t.tt..tt......t.t.t........t..t........t..tt...tt..t.tt...tt...tt....t..t.....tt....t.t...t.t.t.......t.....t..tt.....t...t.t."
      "..tt.t..t....t.....t.t...tt..tt.t..tt.t.ttt.............t....tt.t........t......tt.tt..t..tt....t.tt.......ttttt....t.tt......t....t......tt.t.t.t.....tt.......tt.................t..tt...t...t......t." },
    { 5, 3, "stratified_shuffle_split n_splits=3 test_size=28 train_size=0.55 random_state=0 rng=sklearn",
      "-.--...-...tt-...--.-..-........--..--t..t.--..-.-.......t-...--...--..t....-..t--..--...t-t...--t---ttt-.--.....-t..-..-.-tt.t-..--.t.-.....t-t..-...t...-tt..-...tt.t-.---t.--.-t...---...-.-.-......-"
      ".t...-....-t..---t-.-.-...t..-.----tt.tt.--t.-.t..t.-..--...--t-t.......t--t......-...-.-....----.-.t.-.t..-.-t..t..-.t..-t-..-...t..-....--.-....-t---...--.-t-...-t......-..-..--.tt..t..-.....--.--.-"
      "..-.tt..--..-.---t-.t..........-.-.t.t.t-.tt-....-.--..-..-.tt.--....t...t-t..t.-t--.-.-....-..--t-..-..--.----t...-.-..--.-.t..tt.t...-.t-......t.....tt..-.-.......--.-.-.-.-...t.-.t-.-..-----.--..-." },
    { 5, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=0 rng=sklearn",
      "--t-t.-t.-tt-......-.-t--.t.t.t..ttt-.--tt.t-.--.t...-.-..ttt.tt-..t.t-.tt--t-..-ttttt-t-.t--.t.t..--.....t.-..t.ttt...-t...t...--.....------tt--t...ttt...t-t.t-.-t-t.-.t-.---t..-t-.t.tt-.ttttttt..ttt"
      ".-t.--.t.tt..t.-t-.t..tt.tt....-.t.--.-----...t-tt-.--.t-tt.tt-tt-tt.---.t...-..t-t.tt.tttt-t.t..-....--t---..t--ttt-t..t.-..tt.t--t---..t..-tt.-.t-t--t.-.-.-.t...t.t.t.t-t-t--tt-.t..--t.t.tt-..tt--t."
      "-.--tt.t.--.t-.t..-.--.-ttt.tt-.t.--..t-.tt-t.t--.-.t..t....t.--.t--t.t...---..-t---...-t.t.t.tt-t.tt...t.ttt..-t-.-t-.t.t..--..-.t.t.ttt.-tt..t.--t.-tt....-t-.-.-...tt.t.-..tt......-t.t-tt-.t--.ttt.-" },
    { 5, 3, "stratified_group_k_fold n_splits=3 shuffle=false random_state=0 rng=sklearn",
      "........t..tt...tt..t..t......tttt.t.t..t.t.....t.tt...t.t...tt.....tt.tt.......tt.......t......tt...t...t.t..tt..t.tt....tt.tttt..t.ttt...t...t..t.tt...ttt...t.......t........tt.t.t..t.....t..t......"
      "..t.tt....t....t..t..tt.t..ttt....t...t......t...t..tt..t......t.t.t..t..t.t...t..tt.t.t...t...t..tt..tt....t...tt.t..t.tt........t.t.......ttt.tt.t..t.t...ttt....t.tt.....t.tt......tt....tt....t.t.t."
      "tt.t..tt.t...tt....t.....tt.........t..t.t.tt.tt......t...ttt...t.t.......t.ttt.....t.t.t.t.ttt.....t...t.t..t.........t....t....t......ttt............t........ttt.t...tttt.t....t.t....ttt...tt..t.t.t" },
    { 5, 2, "shuffle_split n_splits=2 train_size=3 test_size=4 random_state=0 rng=sklearn",
      "-----.------------t-------------------------------------------------------------------------------t--------t--------------------------------------------------------------t------.----.-----------------"
      "----------------------------------------.---------t------.----------t-------------.------------------------------t-----------------------------------------t--------------------------------------------" },
    { 5, 7, "k_fold n_splits=7 shuffle=true random_state=47 rng=sklearn",
      "tt...t...t.....tt...t....t......t...t........t................t......t.............t.......t..t...........t.t......................ttt....t..t............t..t.........t..tt...................t........"
      "...t......t..t............t....t.....t..t......t.............................tt..tt.........t...t..t...............t..........t..tt.................t....t.t........t.t.....t.....t.......t..t..t......."
      "......t....t......t.....t..........t..tt..t.t.t.......t......t.tt..t..t...t.t........t................t.t......t.......t................t.............t.......t..................t....t....t............"
      "...................t..t......t...t.......................tt.t...........................t.........t......t.t..t.t...tt....t....tt.............tt..t..t............t.............t....t......t.t.....t..t"
      "............t.t..t..........t.t..........t.t.....t......t....................................t.t.t..t..t.....t........t.tt.................tt..........t....t...t.......t...............tt.......tt....."
      "..t.t................t.....t.......................tt...............t......t...t....t.t..tt..........t......................tt...........t......tt.t....t......t.t.t.t........tt......................t."
      ".......tt..............t..........t.............t.t..t.t...t.....tt....ttt......t......t.........................tt........t..........tt.................................t...t.....tt..t...........t.t.." },
    { 5, 7, "stratified_k_fold n_splits=7 shuffle=true random_state=47 rng=sklearn",
      ".t..tt.............t..t....tt...................t..t.t....t.....t.............t.t............................t.......t.tt.....t..t......................t...t.tt..tt..t..............t...............t.."
      "t......t...t............t..........t...tt...t.t..t.......t..t........tt..t................t..t.tt........t..........................t...t.t...........t.............tt.........t.........t..t..........."
      ".........................t...t.............t.t....t...........t...ttt..tt.t......t..t...t.....t.................t.........tt...t.............t..t..t......t.....t.............t.t...............t.t....."
      ".........tt.tt.t....tt..............t.t..t.................t.....t.................t..tt...t........t...t..t........t.t.....t...t....t.....t........tt..............................t..............t...."
      "..tt..t.t..............t.......t...............t....t.t........t...........t.t....t..t...............t....t.t.t........................t................................t.t.t.....t....tt..t.t...t......"
      ".................tt.......t.....tt...t....t.............t....t..............t..t.........t..t.....t...tt.........t.......t...t....t......t..t..t.t...........................t.....t..t........t........"
      "..............t.t.............t...t....................t.........................................t.t...........t..tt...............t..t.......t...t....t.t.t.t...t.....t.t.t.....t........t...t.....t.tt" },
    { 5, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=47 rng=sklearn",
      "t...t.t.tt.t..t.t...t.tt.......t....t.tt..t.t.....t..t.t..............ttttt...t.t.....t....t.t...t..tt...t.t.t......t..t..tt...ttt.t.tt.t...t...t...t.t......t...t..tt.t....t.tt.ttt.t............t...t."
      "..tt.t.t..t..t...tt.....ttt...t...tt.t.......t.t.t.t......t.t.tt.ttt...........t.ttttt.t..t...t.t.tt....t...t..t.t.t....t...........t.....t..tt..t.t.t.tttt...t.t.tt.....t.t..........t..ttt.t...t.t...."
      ".t..........t..t...t.t.....ttt..tt......tt.t..t.t...t.t.tt.t.t..t...tt.....ttt..........tt..t..t......tt..t...t.t.t..tt..t..ttt...t....t.t.t...t..t........tt..t......t.t.t..t..t...t..tt...t.ttt...tt.t" },
    { 5, 6, "repeated_k_fold n_splits=3 n_repeats=2 random_state=47 rng=sklearn",
      "tt.t.t...tt..t.tt.t.t....tt....tt..ttt..t.t..ttt..............tt.....t.......tt..ttt.t.....tt.t.t..t....t.t.t......t...t......t..ttttt....t..t......t....ttt.t......t.tt..ttt....tt.......t..t.tt......."
      "......t....t..t..t.t..t.t....tt..t....tt.t.tt....t....t..tt.tt..t..t..t...t.t...........t....t.t.tt...tt.t.t.tttt...ttt..tt....tt.......t..t..tt..t..ttt......t.t.t.............t....tt....tt.t..tt.t..t"
      "..t.t..tt...t........t.t...tt.....t.............t.tttt.tt..t.....tt.t..ttt.t...tt...t.tt.tt.........tt...........tt.....t..ttt........tt.t..t...tt.t....t...t..t.t.t.t..tt...ttt...tt..ttt.........t.tt."
      "..t.tt....t....t.t.....tt...t.t.tt...ttt....t......t....tt.........tttttt..tt.......tt.....t.t.tt........t...t..t..tt..t....t..t..t.tt.t.t.t.......t.t..ttt...t.t.......t.t...t....tt..t.....t..ttttt..t"
      "......t....tttt....tt......t.t.....tt...tt.t....t.t.t..t..ttt..t.t.............tttt...............ttttttt.ttt.t..t....t.tt.t.tt.t..t....t.t....tt.t.t........t....tt.ttt.t.t....t.t.......ttt.t........."
      "tt.t...ttt......t.t..tt..tt....t..t.......t..ttt.t...tt......tt.t.t......tt..tt....t..ttttt.t.t..t.............t..t..t....t......t....t.....ttt..t....tt...tt..t.t..t.......tt.t.t...tt.tt.....t.....tt." },
    { 5, 6, "repeated_stratified_k_fold n_splits=3 n_repeats=2 random_state=47 rng=sklearn",
      "tt..tt.t...t.......t..t.t..ttt.........t...tt.t.tttt.t...tt.t...t....tt.ttt...t.tt....t...t..t..t........t...t..t...tt.tt.....t..t..t...t.t.....t.....t.t.t.t.ttt.ttttt........t.....t......t.....t..t.."
      "......t..tt.tt.t....t..t.t.....t...tt.t.tt...t.t....t.t....t.ttt.tttt..t...t.......tt..tt..t..tt.....t..t.ttt.t.......t...tttt.tt....t.t...t.t.....ttt..................t....tt.t...t..ttt.....tt..t...."
      "..tt....t.....t.ttt..t....t...t.ttt..t....t............tt...................tt.t..t..t...t..t....tttt.tt.......t.ttt.....t........tt..t..t..t.tt.tt....t.t.t.t...t.....t.tttt....ttt..t...tt.tt..t..t.tt"
      ".t.tt...tt....t.t......t............t.....t..t.......tt..t...t..tttt...t..t..t........tt.t.t...t.tttt.....t..ttt..t.tt..t....t..tt...t.tt..........t.t.tttt.ttt.......ttttt....t.ttt..........tt......tt"
      ".....ttt..t.tt.t.ttt.tt.tt.tt....ttt.tt.tt....t.t.tt......t....t....t.t.t..tt..tttt..t..t....tt.t...............t..t...t.t.t.......tt......t.t.t...............tt..tt......t.t..t....tt..t...t...ttt...."
      "t.t........t........t.....t..tttt......t...tt..t.t..t..tt..tt.t......t...t....t....tt.....t.t........ttttt.tt....t....t...t.t.tt..t...t..tt.t.t.ttt.t.t....t.....tt..t......t.t.....t..tt.ttt...t...tt.." },
    { 5, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=47 rng=sklearn",
      "t....t..........t...t...............t.........................t............................t..t...........t.t.............................t..t............t...............t....................t........"
      ".....t.........t......................tt...................................................t.............t...t.....t...........t....t................t..tt....t...............t........................."
      "..t....t.....................t.....t............t................................................t..t..............t........t...t........t...................t......t...................t..............t" },
    { 5, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=47 rng=sklearn",
      "..........t....t...t...t...tt...t.t...t..........ttt...t......t.t.........t.......t.t..ttt....t...t.t....tt......t......t.t....t.t..t..........t.t..t.t..tt....ttttt...t.t.....t.t...tt.t..t.t..tt..tttt"
      ".t......tt..tt.....t...t...t.t.t........t..t...t.t....t.tt.....t...tt......t.t..t.t...t......t.t..........tt..tt.t.ttt....t......ttt.......tt...t..tt............t.ttt.....tt....t..t...t.....ttt.t.t..."
      "...t.......t.t.t..t...t.t.t......t.t......t.......t.ttt..t.........t.......t..tt.ttttt....t.....t......tt.......tttt.tt.......t...........t...t.tt.....t..t....t...t.tttt..t..t....tt...tt.t..t..t...t.." },
    { 5, 3, "stratified_shuffle_split n_splits=3 test_size=28 train_size=0.55 random_state=47 rng=sklearn",
      "..-t--......-.tt..t--.-...t.....-.t.........--.-.-t.t-..-..t..-.-.t-..---..-..t.--.-t.t.t...----..--...t.-.t.--.t....-......-..t-.--.t..t.t-.--.-...t-.--.-t..t..-...-.--t-.-..-t..--t-...---..-...-.-t."
      "..t..--.t.-...---....t-t-..-...t..--tt.t-.---.-..........-....--tt...t---..t--..-.-t.....--.tt.--.--t..-..-.--..-..-t..---.-.....tt..t.-.-..-t.----.--.t..-t-........t..-..-t.---.....t-t.-..--.....t..."
      ".t.-t.-.-.......-..-....t-...-......t.-..-tt..---..-t...-.--.--..-.-t-.t...-..-.-.--....tt.-t..--..--........--....-t...-.-t-..t-.--....tt...t....-tt-..-.tt-t.t.--..-..t-.-..-...--..-t-.-.t---.-t.--.-" },
    { 5, 3, "group_shuffle_split n_splits=3 test_size=0.3 train_size=0.4 random_state=47 rng=sklearn",
      ".-....---...ttt.-.t....-t.-..tt.tt.tttt..-.-t-tt.t----t---.---t...t.t.t.....--tt-t...t-.t---tt-tt.-tt---..-.tt-t..t....ttt.--.---t--...tt..ttttt-...-t.--.-...tt.t.t-.t-t--t-.t.--t..-...-....t--t..--.-"
      "t.tttt-..-tt..t--.tt.-t..---..t-.-..-t....t.t.-.--t--.tt-..--..ttt.t...-ttt-..ttt.t..--t-.-.-t..tt..t.----.t.t..-t-tt--t-.-..-...---t-t.ttt..--...-t-.t-..-.-tt-ttt--t.tt....t.t.--tt..-.-t-.t-..tt--.t."
      ".tt-tt..-..-.t-tt..--.-t.t...--..--t...t-tt-t.-t.--tt..t-.-...tt-ttt.-..--..-t-.tt.---..-...--.--t..t---t.tt.-.tt.-.t..t--.--..-t.ttt.t.t--..--..-.tttt...t-.t.-----.--t..tt.-.t.t.----t-.-t.t-t---ttt--" },
    { 5, 7, "k_fold n_splits=7 shuffle=true random_state=4294967295 rng=sklearn",
      "..t............t..t..t......t.t..t.....t...t....t.....................t...........t...t...t..tt..........................t........t...t.t.t.........t.........t...........t.....t..........tt...t......t"
      "......t............t...............t..........t..t....t..tt.t......t.t...t..............t.............tt.......t.....t..............t................t..........t...t..t......tt..t..t..t.........t.t..."
      ".........................t...t......tt..t.t..t.............t........t..........t.....t.....tt...............t.t...t.....t...tt............................t..t........t............t.....tt..tt......tt."
      "...t.t...tt..t......t.t........t.........t........t.....................t.t.t..................t.tt......t.......t....t..............t.....t.....t.t.......t............t..ttt.........t................"
      "t......tt...............t..........................ttt.........t..t........t....tt.t.................t....t........t...t......t.tt............ttt.....t........t..t......t.......................t......"
      ".t..t...........t......t..............t........t........t....tt..t...........tt.....t...........t..t....t....t............t........t...t..........t....t.t..t....t...............t.............t...t...."
      "...........tt.t..t........tt....t.t.........t..........t........t......t...............t.t..........t......t....t...t......t...t.........t..tt..........t..........t.t..............t.t................." },
    { 5, 7, "stratified_k_fold n_splits=7 shuffle=true random_state=4294967295 rng=sklearn",
      ".......t......t.....t.............t........t........t..........t....t.......t..t.........t.......t.t..t............ttt.............t.t..t........tt....t......t........t...t.t.t...................t...."
      "..t...t...........t..........t..........t...t........t............t....t..........t....t......t......t.t..t.............t..t.t......t.t...t........tt...............t..............t......t..t........tt"
      "........t.tttt....................................t.........t.t....t.........t......t.t........t.........t.t......t.......t.....t.t.........t...t.....t.......................t.......t.........ttt.tt.."
      "t..tt................t...t.......t.t..t..tt..tt...............................t.........t...........t.........t.......tt.........t.....t.......t...........t.......t.....t..t...t.......tt.....t........"
      ".................t.t...t....t........t.................tttt...........t...tt....tt.t.t..................t...tt...t.............t..........................t.t..t.....tt...........t...........t........."
      ".........t.....t......t........t.................t.t..t......t...t...t...t................tt...................tt...........t............t.t.........t..tt......t.........t......t..tt.t...t............"
      ".t...t..........t.......t.tt..t.t...t..t.......tt..........t....t.......t...................tt..t.t......................t....t..............tt..............t...tt.....t...................t..........." },
    { 5, 3, "stratified_group_k_fold n_splits=3 shuffle=true random_state=4294967295 rng=sklearn",
      ".t..t...t...tt..ttt........tt..t.t...t.....tt......t.tt..tt..t....t....t....tt.t....t....t.t........tt...t....t...t...tt..ttt.tt...t.t.tt..t...tt...t.t..tt..ttt........t.ttt..ttt...t......t.t.t......t"
      "t.t.......tt.........tttt.........ttt.ttt.t..t.t.tt.t.........tt...t.tt.tttt.....ttt.t.t.........ttt.......tt..t.t.tt...t.......ttt...t.....ttt..t...t..t..tt......t.t........t...tt..t.t....t....t.t.t."
      "...t.ttt.t....tt...tt....tt..tt.t........t....t.t......tt..tt...tt..t.........t.t.....t.t.t.ttttt.....ttt.t..t..t....t...t...t......t....tt.......tt...t........ttt.t.tt.t...t......t..t.ttt...t.t.t.t.." },
    { 5, 3, "shuffle_split n_splits=3 test_size=0.07 random_state=4294967295 rng=sklearn",
      "...............t..t.........t.t............t....t.....................t...........t...t......t....................................t...t.............t.....................t................t............"
      "t.t.........................tt...................t.....t............................................t..............t.................t........t.................t........tt.......t................t...."
      ".tt...............t.t.......t...........................................t..t.t......tt...........t...........t...........................t.......................................................tt....." },
    { 5, 3, "stratified_shuffle_split n_splits=3 test_size=0.29 random_state=4294967295 rng=sklearn",
      "t.t..ttt....t..t.t...tt..t......t...tt..t.t....tt..tt.t........t..t..t......tt.tt..t.t.....t...ttt.t...t..t.t...........t.t..t.t...t.t.........t....t.t.......tt.....tt.t..t......t.t....t.....t..t....."
      "t..tttt.t.t.t.tt.t........t........t.tt.....t........t.......t...t.ttt..t.t.t......t.t.t....ttt........tt..t....t.....t.t.tt..t...t.t...t.....t....t..t........t.t..tt.tt.t...........t...t...t..t..t..."
      "tt.t..t....tt......t..ttt...t..t.t.t....t.....t.tt...t....t.t...........t....................tt.t...t.t...t...t...t.t.........t.....t........ttt...tt..t..tt....ttttt..tt.t.t.t.t....t......t....ttt...t" } };
typedef struct drawn_parts {
    int table, stratify;
    double test_size;
    uint32_t seed;
    const char *sides;
    int64_t train, test; /* sums of place times row, both from 1: the order */
} drawn_parts;
static const drawn_parts drawn_hold_outs[] = { { 0, 0, 0.25, 0u, "..t.t...t.", 135, 36 },
    { 0, 1, 0.25, 0u, ".t...t.t..", 172, 36 },
    { 0, 0, 0.25, 3u, ".t..tt....", 168, 22 },
    { 0, 1, 0.25, 3u, "tt.t......", 183, 16 },
    { 0, 0, 0.25, 4294967295u, ".....tt..t", 126, 45 },
    { 0, 1, 0.25, 4294967295u, "...tt.t...", 135, 30 },
    { 0, 0, 0.07, 0u, "..t.......", 230, 3 },
    { 0, 0, 0.07, 3u, ".....t....", 261, 6 },
    { 0, 0, 0.07, 4294967295u, "......t...", 212, 7 },
    { 0, 0, 3, 0u, "..t.t...t.", 135, 36 },
    { 0, 1, 3, 0u, ".t...t.t..", 172, 36 },
    { 0, 0, 3, 3u, ".t..tt....", 168, 22 },
    { 0, 1, 3, 3u, "tt.t......", 183, 16 },
    { 0, 0, 3, 4294967295u, ".....tt..t", 126, 45 },
    { 0, 1, 3, 4294967295u, "...tt.t...", 135, 30 },
    { 1, 0, 0.25, 0u, "....t.....tt......t...t....tt.tttt........t....", 14511, 1955 },
    { 1, 1, 0.25, 0u, "..t.....tt....t.............ttt..t.....t.t..t.t", 14508, 2023 },
    { 1, 0, 0.25, 4u, "....t..t...t...tt.t.t.t.........t....tt......t.", 14755, 1708 },
    { 1, 1, 0.25, 4u, ".....t..t.t...t......t......t..tt......t.t.t..t", 14991, 1842 },
    { 1, 0, 0.25, 4294967295u, "..t...t...........tt.t..t.t.t........t.t..tt...", 14198, 2281 },
    { 1, 1, 0.25, 4294967295u, "......t.....tt.tt..........tt.....tttt.t.......", 13937, 1732 },
    { 1, 0, 0.07, 0u, "....t.......................t.t..t.............", 22076, 210 },
    { 1, 1, 0.07, 0u, "........t...................ttt................", 22829, 238 },
    { 1, 0, 0.07, 4u, "....t..........t................t............t.", 22359, 204 },
    { 1, 1, 0.07, 4u, "............................t..........t.t....t", 21177, 401 },
    { 1, 0, 0.07, 4294967295u, "......t............t.t..t......................", 21836, 159 },
    { 1, 1, 0.07, 4294967295u, "............tt.....................tt..........", 22282, 227 },
    { 1, 0, 15, 0u, "..t.t.....tt......t...t....ttttttt........tt...", 12131, 3006 },
    { 1, 1, 15, 0u, "..t.....tt....t.............ttt..tt....t.t.tttt", 12171, 3826 },
    { 1, 0, 15, 4u, "....t..t...tt..tt.t.t.t...t.....t....tt...t..t.", 12271, 2884 },
    { 1, 1, 15, 4u, ".....tt.t.t.t.t......t......t..tt......t.t.tt.t", 11595, 3617 },
    { 1, 0, 15, 4294967295u, ".tt...t.t.........tt.t..t.t.t........t.t..tt..t", 11785, 3131 },
    { 1, 1, 15, 4294967295u, "......tt....tt.tt..........tt..t..tttt.t..t....", 13258, 2996 },
    { 2, 0, 0.25, 0u, "..t...ttt....t..t.....t.t.t...t..t.......ttt.t.......t..t....t.t..t..........tt..........t", 109190, 11180 },
    { 2, 1, 0.25, 0u, "ttt..t...t.....tt....ttt...t.t..t.......t.............t........t.t.....t....t....tt....t.t", 101144, 10897 },
    { 2, 0, 0.25, 5u, "..........t.tt...t..t.ttt...t...t.tt.t..t..t....tt....t..t..t..t.............t.......t....", 107314, 10603 },
    { 2, 1, 0.25, 5u, "tt...t...t....t..t..t.ttt..t............t.t.t..t...tt...............tt.t...t........t....t", 105425, 10767 },
    { 2, 0, 0.25, 4294967295u, "..t..tt.t.t........t..t.....t.......t..t......t...t.....t....t.t.t...tt.t.......t.t..t..t.", 98383, 13506 },
    { 2, 1, 0.25, 4294967295u, "..tt...t.t....t......t.........tt........t...t.t.........t..t...t.t.t....tt...tt..t...tt..", 94243, 13174 },
    { 2, 0, 0.07, 0u, "..t..........t................t..........t...t.......t............t.......................", 165233, 1204 },
    { 2, 1, 0.07, 0u, "..t..t.........t......t...............................t..........t................t.......", 156987, 941 },
    { 2, 0, 0.07, 5u, "..........t.........t................t..t................t..t................t............", 163627, 1128 },
    { 2, 1, 0.07, 5u, ".t.......t..........t.......................t..........................t............t....t", 160337, 1245 },
    { 2, 0, 0.07, 4294967295u, ".....tt............t..t.............t..........................t.t........................", 153251, 764 },
    { 2, 1, 0.07, 4294967295u, ".....................t.......................t..............t...t........tt.......t.......", 162199, 1815 },
    { 2, 0, 30, 0u, "..tt..ttt....t..t.....t.t.t...t..t.......ttt.t..t....tt.t....t.t..t......t...tttt.t......t", 88377, 22576 },
    { 2, 1, 30, 0u, "t.t..t....ttt..tt....t...t.t.tt..t.......t.tt...t.t...t.ttt..ttt.t.t...........t..t.......", 85049, 18739 },
    { 2, 0, 30, 5u, "......t...t.tt...t..t.ttt.t.t...t.tt.t..t..t....tt..t.tt.t..t..t......t...t..t.......t...t", 86271, 20693 },
    { 2, 1, 30, 5u, "tt...t...t...ttt.t..ttttt..t.t..........t.t.t..t.tttt...............tt.t..tt....t...t.....", 87250, 18937 },
    { 2, 0, 30, 4294967295u, "..t..tt.t.t........t.tt.....tt.t.t..t..t..t...t..tt.....t....t.t.t...tt.t.....t.t.t..t..t.", 78324, 21195 },
    { 2, 1, 30, 4294967295u, ".ttt..tt.t..t.tt.....t....t....ttt.......t...t.t.........t..t...t.t.tt...tt.ttt..t....t...", 83384, 19276 },
    { 3, 0, 0.25, 0u, "..tt...tt....t..t.....t.t.t...t..t.........t.t.......ttt......t........t.t.t..t.......t.....tt.t....", 151823, 14040 },
    { 3, 1, 0.25, 0u, "....t.t......t.......t.t......t.tt....t.t..t..t.ttt.....t......t...t.t........tt.....tt..t.........t", 142707, 16916 },
    { 3, 0, 0.25, 6u, "t............t...t..t..t.....tt.t.t..t.t....tt.t...........ttt.....t..t...t......t.t..t......t...t..", 147220, 17933 },
    { 3, 1, 0.25, 6u, ".......t.......t.t..t.t..t....ttt.t....t.t...t.....t.t.......tt.....t...t..........t...tt.tt...t....", 142068, 16320 },
    { 3, 0, 0.25, 4294967295u, ".....tt.............ttt.....tt.t.t..t...........t........t.t..t......t......ttt.tttt........tt.t....", 133154, 18680 },
    { 3, 1, 0.25, 4294967295u, ".ttttt.t..t..t..t...t.......tt.t......tttt..............t.......t....t....t............t.t...t....t.", 157055, 12563 },
    { 3, 0, 0.07, 0u, "..t.............t.........t............................t.................t.t..........t......t......", 223496, 2089 },
    { 3, 0, 0.07, 6u, "t................t..t.............t..........t.t............t.........................t.............", 220256, 1633 },
    { 3, 0, 0.07, 4294967295u, "......t.............t..........t....t................................t.......t..t...........t.......", 204754, 1582 },
    { 3, 0, 33, 0u, "..tt..ttt....t..t.....t.t.t...t..t.........t.t..t....ttt....t.t........t.t.tt.t.t.t...t...t.tt.t...t", 122546, 30506 },
    { 3, 1, 33, 0u, "t...t.t......tt....t.t.t......t.tt....t.t..tt.t.ttt....tt......t...t.t..t.....tt.....ttt.t..t......t", 109974, 27073 },
    { 3, 0, 33, 6u, "t........t...t..tt..t..t...t.tt.t.t..t.t....tt.tt...t.t....ttt...t.t..t...t......t.t..t....t.t...t..", 118188, 28903 },
    { 3, 1, 33, 6u, ".......t....t.tt.t..t.t..t....ttt.tt...t.t.t.tt....t.t.......tt.....t..tt.......t..tt..tt.tt...t....", 119318, 28795 },
    { 3, 0, 33, 4294967295u, ".....tt...t........tttt.....tt.t.t..t.........t.t....t...ttt..t......tt.....ttt.tttt....t.t.tt.t....", 105626, 31498 },
    { 3, 1, 33, 4294967295u, ".ttttt.t..t.tt..t...t.......tt.t......tttt.........t....t..ttt.tt....t....t.....t.t....t.t...t....t.", 109461, 26684 },
    { 4, 0, 0.25, 0u, "..t....tt.t..t..t.....t.t.t...t..t......t...t...t.ttt......ttt......t..t....t.t......t....t.t...t........tt...........t...t....t...", 343213, 34065 },
    { 4, 1, 0.25, 0u, ".t........t..t........ttt....t...........tt..t....t.t.t..........t......tt.t.tt.t.....t..tt.t...tt......t..........ttt.t...t..t....", 321945, 38341 },
    { 4, 0, 0.25, 7u, ".....t.......t........t.....t...t...t...t....t...t.tt.t.......t...........t..t..t...tt........ttt...tt....t.t..t.....t..ttt....tt.t", 298911, 43026 },
    { 4, 1, 0.25, 7u, "t......ttt.....t.....t.....t.t..............tt..t.t..ttt......t.t...t..t...ttt..t...t.......t.....tt.t.......t.....t........t...tt.", 322353, 32125 },
    { 4, 0, 0.25, 4294967295u, "......t........t....ttt.....ttt..t..t...........tt.t......ttt.........t.t..tt..t.t.t....t......tt......t.t..t....t...tt........t...", 308611, 39087 },
    { 4, 1, 0.25, 4294967295u, "..........t.tttt..t.........t.tt...t.t.tt.t.t....tt........t.tt.........t......t.ttt...........tt.t.............t......t..tt...t...", 322638, 36624 },
    { 4, 0, 0.07, 0u, "........t.................t...t..t..........t...............tt.........t..................t...............t........................", 515281, 2786 },
    { 4, 1, 0.07, 0u, ".t........t.............t.........................t...t.................t..t................t......................t..........t....", 504254, 3813 },
    { 4, 0, 0.07, 7u, "............................t.........................t.......t.....................tt..............tt.........t.....t.........t...", 458812, 5039 },
    { 4, 1, 0.07, 7u, "...........................t.t.......................tt.........t..........tt...............t........t.............t...............", 464346, 3898 },
    { 4, 0, 0.07, 4294967295u, "....................t.t.....ttt....................t..................t.t......t.................................t.................", 476362, 2702 },
    { 4, 1, 0.07, 4294967295u, ".............t.......................t.tt...t..............t............t......t...............t..t................................", 478352, 3742 },
    { 4, 0, 43, 0u, "..tt..ttt.t..t.tt.....t.t.t...t..t......t..ttt..t.ttt......ttt.t....t..t....t.t......t....t.tt..tt..t....tt...........t...t..t.t...", 279105, 56743 },
    { 4, 1, 43, 0u, ".t........t..t.t.....tttt....t...t.......tt..t....t.t.t.t........tt.....tt.t.tt.t.....t.ttttt...tt......t...t......ttt.t...t..tt.t.", 261467, 65125 },
    { 4, 0, 43, 7u, ".....t.......t.t....t.t...t.t...t...t...t....tt..t.tt.t.......t...t...t...t..t..t...tt........ttt..ttt..t.t.t..t.....tt.ttt..t.tt.t", 241310, 70204 },
    { 4, 1, 43, 7u, "t......ttt.....t.....t.....ttt.........t....tt..t.t..ttt....t.ttt...tt.tt..ttt..t.t.t.......t...t.tt.t...tt..t.....t........t...tt.", 255774, 66085 },
    { 4, 0, 43, 4294967295u, ".....tt........t....ttt.....tttt.t..t..t........tttt......ttt.........t.t..tt..ttt.t....t......tt....t.t.tt.t.tt.t..ttt........t...", 246779, 69136 },
    { 4, 1, 43, 4294967295u, "..t.t.....t.tttt..t.t......ttttt...t.t.tt.t.t....ttt..t....t.tt......t..t......t.ttt...........tt.t..........t..t......t..tt...tt..", 263481, 57180 },
    { 5, 0, 0.25, 0u, "....tt.tt...t...t.t...t...t......t...t......tt.........t....tt.t..t.......tt....t..t..............t.......tt...t.t....t...tt.t...tt...t........t.tt...t.t.t....t........t.t......t.tt.tt.t...t..........", 1134835, 124348 },
    { 5, 1, 0.25, 0u, "t.tt.tt..t...tt.t..t.............tt......t.t.......t......tt..t.....t..t........t.t.tt.t.......t..tt...........t..t......t........t.......t...............t...t..........tt.t...tttt.tttttt.........t.t.", 1136900, 140825 },
    { 5, 0, 0.25, 8u, "tt.tt............t.....t.ttt............t.t.t.....t.t............t.ttt.......t..........t.....t.....t..t.......t..t..t.t........t.t........t.tt..tt...tt....tt...t.......tt..t..t....t...t....t..tt.t.t.", 1122687, 130554 },
    { 5, 1, 0.25, 8u, "t...t.t................tt....t..t...........t...t....tttt.t.........tt....t.t.t.....................t.t.......t.t.tttt....t..t...t..t.....tt....tt.t.........ttt..tt.tt...t....tt....t..........tt.....t", 1129621, 138335 },
    { 5, 0, 0.25, 4294967295u, "..t............t..tt.t......t.t..t.....t...t....tt....t..tt.t......t.tt...........t...t.t.t..tt........t.............t...t........t.t.t.t.t.........t.........t.t...t..t..t...ttt....t..t..tt...t.t.t..t", 1085711, 147195 },
    { 5, 1, 0.25, 4294967295u, "t.t..ttt....t..t.t...tt..t......t...tt..t.t....tt..t..t........t.....t......tt.tt..t.t.....t...tt......t..t.t...........t....t.t.....t.........t....t.........tt.....tt.t..t......t.t....t........t.....", 1106634, 116025 },
    { 5, 0, 0.3, 0u, "....tt.tt...t...t.t...t.t.t...t..t...t..t...tt.........tt...tt.t..t....t..tt....t..t.............tt.......tt...t.t....t...tttt...tt...t........t.tt..tt.t.t....tt.......t.t......t.tt.tttt...t..........", 988892, 176211 },
    { 5, 1, 0.3, 0u, ".t..t.tt....ttt...t....t..t....ttt..tttt.t.t..t.t.....t..........t......tt...tt..t...t..ttt.......t......t...t.t.........t..tt.t.....t...........t.t.t....t..t....t.......tt..tt.t.t...t..t..t.ttt..t...", 1062859, 185314 },
    { 5, 0, 0.3, 8u, "tt.tt.....t.t....t.....t.ttt..t.........t.t.t.....t.t....t.......t.ttt.......t..t.t.....t.....t.....tt.t.......t..t..t.t........t.t........t.tt..ttt..tt.t..tt...t.......ttt.t..t....t...t....t..tt.t.t.", 979241, 177850 },
    { 5, 1, 0.3, 8u, "tt.....................t...tt...t...t.t.tt....tt.tt...t...........t....t...t.t..t....t..t.t.ttt..t.t.t.....t...t.t.t...tttt...t.......tt....ttt.....ttt.ttttt.t.....t.t.t....t............t..t..t...t...", 979093, 202791 },
    { 5, 0, 0.3, 4294967295u, "..t...t........t..tt.t......t.t..t.t...t...t..t.tt....t..tt.t......t.tt..t........t...t.t.t..tt.......tt.......t.....t...t...t....t.t.t.t.t.........tt........t.t...t..t..t...ttt.t..t..tt.tt...t.t.t..t", 942042, 204934 },
    { 5, 1, 0.3, 4294967295u, "t..tttt.......t.tt....t...t......tttt.....t.t.tt.t.....ttt..tt....tt..t.t.t...t.........t.t........t....t..t......t..t..t...tt...t..tttt.t.t.t....tt..........t.....tt..t..tttt.......t..........t......", 1077265, 176047 },
    { 5, 0, 66, 0u, "....tt.tt...t...t.tt..t.t.t...t..t...t..t...tt.........tt...tt.t..t....t..tt....t..t........t...ttt.......tt...t.t....t...tttt...ttt..t........t.tt..tt.ttt....tt.......t.t......t.ttttttt...t..........", 905882, 219171 },
    { 5, 1, 66, 0u, "t.tt.ttt.t...tt.t..t............ttt......t.t..t....t...t.ttt..t.....t..t........t.tttt.tt......tt.ttt..........tttt......t........t.......t...............t...t.....t....tt.tt..tttt.ttttttt...t...tt.t.", 922984, 248383 },
    { 5, 0, 66, 8u, "tt.tt.....t.t....t.....t.ttt..t.........t.t.t.....t.t....t.......t.ttt.......t.tt.t.....t.t...t.....tt.t.......t.tt..t.t........t.t........t.tt..ttt..tt.t..tt...t.......ttt.t..t...tt.t.t...tt..tt.t.t.", 898129, 231122 },
    { 5, 1, 66, 8u, "t...t.t................tt....t..t..........ttt..t....tttt.t.....t...tt....t.ttt......t.t.t........t.t.t.......t.t.tttt....t.tt...t.tt...t.ttt...tt.t.....t...ttt..tt.tt.ttt....tt...tt..........tt.....t", 870818, 236619 },
    { 5, 0, 66, 4294967295u, "..t...t........t..tt.t......t.t..t.t...t...t..t.tt....t..tt.t......t.tt..t.....t..t...t.t.t..tt.......tt....t.tt.....t...t...t....t.t.t.t.t.........tt........t.t...t.tt..t...ttt.t..t..tttttt..t.t.t..t", 861955, 258567 },
    { 5, 1, 66, 4294967295u, "t.t..ttt....t..t.t...tt..t......t...tt..t.t....tt..tt.tt.......t..t..t......tt.tt..t.t.....t...ttt.t..tt..t.t......t....t.t..t.t...t.t..t......t....ttt.......tt.....tt.t..t......t.t.t.tt.....t..t...t.", 906257, 205770 } };
static const char drawn_titanic[] =
    "3002031413033101340414033240340442130423342134243412240340223033041000420431000131142101042042344004"
    "0423304322433214043410413310214312334303432004021214030330003233114430024101422221021413122224321030"
    "4113434210011102012021124324102240323224410111004043402401340444000200410141111031103442311424013021"
    "2410410134220112112014304344000012401141204320004130221332323233313422203121131240340200143103140431"
    "3313242114443441402301143343124403321001311123420203401422214423212311444310242123012222240003444404"
    "1112044331401232131233232112030232412311424113233233313411344141430333203114013211221013243142244133"
    "4313140421002034423322214142003431413303011000010322013033200212411222344434033323412410200110010421"
    "2200414014311144200243331223212342403020214031241301441234210422002311402123002034121423421400032043"
    "3132023110240102042211043430241323023343230141023420330211440030224011340312232303434144423022241444"
    "4130133422234231220400423241112320433340224312112021024102100040322034400302021332321024403340014414"
    "0402012400200110231243302341003033220310312134341340042232240321032434013140241411023111010044330024"
    "3134220222031120430122031421001442343423322103142114413143020344111031210400340322104403243023322432"
    "1012213104424301111342014144303003440142324124242203331140130102330404311302123012313234324444203142"
    "140324324";
static const char drawn_diabetes[] =
    "0421312130203430111044020013310130431220330431034443444000421331331222040010000042011324420420132234"
    "3042044311122013001134221203324003433131013221220424111030234432314214330141023210222034444411210320"
    "3420243320104343340213123130213132243111343401122124423034343224422304422431421310330000322034140312"
    "3234124044202424122400311131404110223324202444124141320133041224134021024203231311332404011031303210"
    "110443301020142112013200424020341044014104";
static const double permuted_r2[] = { -0.00026064267035419419, 0.00011850808558022674, 4.6913448385366152e-05, 6.662491848663521e-05, -2.2038189089190752e-06, 0.028796245360978134, 0.032788341671444288, 0.035980982830701058, 0.039582586119340402, 0.021417669273678275, 0.21769476564110357, 0.20740998895767138, 0.20521735470796809, 0.20506140986416155, 0.21545317855286161, 0.072009626604240262, 0.083090458077488938, 0.0920850030351128, 0.062977684727494321, 0.083993031013629094, 0.31437825724963131, 0.35165269331986493, 0.35264517342856982, 0.40037316300902603, 0.30993927091176143, 0.11467368139131129, 0.10112145904750081, 0.10555263431615725, 0.077565304746211927, 0.11109866002295132, 0.00097627860418059154, -0.00041907815759545386, 0.0025509501226783637, 0.0031754210299821395, 0.0036025807506685492, 0.022815757583892649, 0.022290307574693968, 0.022744573821168124, 0.013862991752612519, 0.019326713361649039, 0.32521718724898252, 0.39179866005146502, 0.31872202074935885, 0.37317590756498908, 0.33837924341601711, 0.0015447043911489544, 0.0062854636051070667, 0.0065549799637177886, 0.00091138326781392553, 0.007339741691534174 };
static const double permuted_mae[] = { 2.7857047435453381, 2.3915056932155068, 1.992374407229363, 0.94982952352172134, 3.4127391243493221, 2.4303008543473865, 1.6477780534769266, 1.6892424262868673, 2.1281093916782226, 2.506595264474818, 1.3740444654377342, 1.6757883786455778, 2.9811616241586734, 2.0612490200632863, 2.7703227059767315, 1.8409936409004928, 2.2465186689345558, 1.9046391313172819, 1.6356346413683767, 1.6580046635941486, 2.0805604111362754, 3.1598841924164134, 2.9199860358607594, 1.8242216504774689, 2.359134594516334, 2.1989956916144919, 2.0763097062447855, 2.456242337363328, 2.1886000621798871, 2.7469474323381249, 2.1100949266234394, 1.4594321481926187, 1.8766412532012566, 1.2328669298460113, 1.752266674020845, 8.9355235579534238, 8.8564213168478503, 9.7527997091797474, 7.8216742766623, 7.9684469004790301, 8.9504540163394566, 8.2465183153792196, 10.684465647843787, 8.7595411116912985, 9.5779648000169573, 6.9833471240419414, 6.4575753379636325, 9.79181240505023, 8.2139831663698999, 9.7884676450940233, 7.2631372540315482, 7.611595101361452, 7.976744960697566, 9.455401755170648, 10.02496517320624, 9.0684408635586635, 8.8353401423517681, 9.3912242502284613, 8.9983650892710756, 6.3106743683745421, 10.945252655619008, 9.8633237653966432, 8.6856964589256478, 8.1381646672301287, 9.4084837953086122, 7.4367676704232224, 7.9813675540569164, 9.7051922528721164, 8.376975946888976, 9.9892576858876581, 15.382939851535916, 15.369000091921848, 18.105623066383728, 15.011487092391008, 13.531318309703003, 15.017336857394888, 14.970215359381321, 16.623327343996905, 14.837512669553938, 15.504417053860351, 15.724011607264828, 13.844160073856237, 15.372034086328107, 13.627919932367732, 15.301693135151211, 11.774703236682122, 13.546718108621867, 14.302963259129939, 16.343084115937373, 16.304283494211298, 17.759756132697852, 14.28836997856331, 13.42532897855191, 14.602019802055644, 13.856802489217763, 17.764161371919798, 13.86113159972367, 14.59216661210143, 13.764352825965226, 14.650081810095116, 13.977610395158266, 11.136542690728184, 15.23150952292481, 15.671940058500304, 14.861906375686722 };
static const double permuted_tree[] = { 0, 0, 0, 0, 0, 0.022847100175746982, 0.029876977152899831, 0.035149384885764579, 0.031634446397188043, 0.038664323374341003, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.024604569420035194, 0.019332161687170557, 0.017574692442882345, 0.022847100175746982, 0.019332161687170557, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.014059753954305809, 0.021089630931458769, 0.010544815465729385, 0.010544815465729385, 0.019332161687170557, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.19859402460456943, 0.23198594024604569, 0.21616871704745166, 0.19859402460456943, 0.21265377855887524, 0.029876977152899831, 0.033391915641476366, 0.028119507908611618, 0.022847100175746982, 0.015817223198594021, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0035149384885765356, 0.0052724077328647478, 0.0035149384885765356, 0.0052724077328647478, 0.0070298769771529601, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.082601054481546643, 0.10017574692442888, 0.096660808435852452, 0.079086115992970218, 0.079086115992970218, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const double stopped_0[] = { 218.44696884662133, 84.857286281196849, 159.5776237256045, 190.59290589502652, 126.67431747366889, 116.67933191715488, 97.548239149006434, 130.17899032873387, 138.6356306434933, 195.22924424337563, 123.11168115431235, 123.77533117836742 };
static const double stopped_1[] = { 196.68065831172294, 75.222213454859144, 158.92618829720925, 204.8207725207933, 121.47959257912945, 111.5069177546459, 104.56498769490948, 86.070120508925839, 129.49984445744855, 227.38210067753931, 97.308308593820584, 108.45819043626641 };
static const double stopped_2[] = { 185.14991557134076, 80.389073736834291, 151.87338164110599, 194.94274172300825, 123.7840124599951, 119.87799534447002, 91.076281442270854, 92.432947669285028, 140.12963743833487, 163.49585493823741, 103.17120736968486, 115.16662876425433 };
static const double stopped_3[] = { 0.97243873157079364, 0.98818300876791554, 0.99455061658392829, 0.93591076177510324, 0.95084228745709698, 0.92671794855947043, 0.99405072379913906, 0.99025468720432197, 0.99447550467696644, 0.97882916715665746, 0.93979453246001399, 0.99374060720143331 };
static const double stopped_4[] = { 0.99578500693743943, 0.99858774467770206, 0.99934454380694671, 0.81442631888644434, 0.99193672965602087, 0.95294676054416083, 0.99764872148627648, 0.99877488920718049, 0.99788224533825742, 0.99326468688008485, 0.41493242323232232, 0.9992404587290924 };
static const double stopped_5[] = { 4.6265132444769203e-07, 1.942102112850046e-07, 2.4013768577965288e-06, 1.7364034109925403e-05, 0.0078718691812974494, 3.3747786135503979e-06, 1.1302417286207331e-07, 1.684153528672733e-07, 8.4101863691739621e-08, 4.5572560413186213e-06, 2.6829822356445993e-06, 1.7450607818285409e-07 };
enum { STOPPED_ROWS = 12 };
typedef struct stopped_fit {
    const char *file, *target, *model, *options;
    int n_iter;
    const double *predicted;
} stopped_fit;
static const stopped_fit stopped_cases[] = { { "diabetes.csv", "progression", "hist_gradient_boosting_regressor", "random_state=0", 20, stopped_0 },
    { "diabetes.csv", "progression", "hist_gradient_boosting_regressor", "random_state=4294967295 validation_fraction=0.07", 31, stopped_1 },
    { "diabetes.csv", "progression", "hist_gradient_boosting_regressor", "random_state=5 loss=poisson", 25, stopped_2 },
    { "breast_cancer.csv", "diagnosis", "hist_gradient_boosting_classifier", "random_state=0", 47, stopped_3 },
    { "breast_cancer.csv", "diagnosis", "hist_gradient_boosting_classifier", "random_state=7 n_iter_no_change=4", 68, stopped_4 },
    { "wine.csv", "cultivar", "hist_gradient_boosting_classifier", "random_state=1 validation_fraction=0.3", 77, stopped_5 } };
static const double port_0[] = { 0.98245614035087714, 0.92105263157894735, 0.96491228070175439, 0.94736842105263153, 0.97345132743362828 };
static const double port_1[] = { 0.32788380805576967, 0.40868011898281009, 0.48091532260719927, 0.44823696437548832, 0.48363239940903247 };
static const double port_2[] = { 0.24658243390122014, 0.052460507647009935, 0.30588022116238012, 0.00026140266848562188, 0.26277161864124099, 0.31238081182666955 };
typedef struct port_scores {
    const char *file, *target, *model, *folds, *metric;
    int n_folds;
    const double *scores;
} port_scores;
static const port_scores port_cases[] = { { "breast_cancer.csv", "target=diagnosis", "random_forest_classifier n_estimators=10 random_state=3 rng=sklearn", "stratified_k_fold shuffle=true random_state=42 rng=sklearn", "accuracy", 5, port_0 },
    { "diabetes.csv", "target=progression", "hist_gradient_boosting_regressor early_stopping=true random_state=3 rng=sklearn", "k_fold shuffle=true random_state=7 rng=sklearn", "r2", 5, port_1 },
    { "diabetes.csv", "target=progression", "decision_tree_regressor max_depth=4 max_features=3 random_state=3 rng=sklearn", "repeated_k_fold n_splits=3 n_repeats=2 random_state=1 rng=sklearn", "r2", 6, port_2 } };
static const int64_t numpy_terms[] = { 5, 7, 8, 9, 16, 77, 128, 129, 300 };
static const double numpy_sums[] = { 1.0928571428571427, 1.3289682539682539, 1.4289682539682538, 1.5198773448773446, 1.9951080781963135, 3.4529792789455165, 3.9485913382659761, 3.956224926052236, 4.7892973977138622 };
