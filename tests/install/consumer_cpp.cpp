// The installed headers in C++.
#include <cauce/cauce.h>
#include <cauce/sys/component.h>

int main() {
    cauce_recipe *recipe = cauce_new("ridge alpha=2");
    double alpha = 0;
    bool right = cauce_get_real(recipe, "alpha", &alpha) == CAUCE_OK && alpha == 2;
    cauce_recipe_free(recipe);
    return right ? 0 : 1;
}
