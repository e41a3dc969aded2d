// The C API from C++11: the list constructors are templates here, everything else is the same.
#include <cauce/cauce.h>

#include <cmath>
#include <cstdio>
#include <vector>

int main() {
    std::vector<double> x, y;
    for (int i = 0; i < 100; i++) {
        x.push_back(i);
        y.push_back(3.0 * i + 1.0);
    }
    cauce_table *table = cauce_table_new(100);
    cauce_table_add_f64(table, "x", x.data(), 1);
    cauce_table_add_f64(table, "y", y.data(), 1);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    cauce_recipe *recipe =
        cauce_pipeline(cauce_columns(cauce_on("num", "@number", cauce_new("standard_scaler"))), cauce_new("ridge alpha=1e-9"));
    cauce_model *model = cauce_fit(recipe, table);
    double r2 = 0;
    cauce_score(model, table, "r2", &r2);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    if (cauce_failed() != CAUCE_OK) return cauce_report(stderr);
    return std::fabs(r2 - 1.0) < 1e-9 ? 0 : 1;
}
