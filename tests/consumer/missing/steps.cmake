set(missing missing -DCMAKE_PREFIX_PATH=${prefix})
refuse("There is no component gpu; expected core, io, images, tokenizer, xtensor, onednn, thrust, cuda, testing or compiled." ${missing} -DCOMPONENT=gpu)
# The package was looked for before, in a scope of its own.
refuse("The component io was not found; it needs nlohmann_json 3.10 and utf8proc." ${missing} -DCOMPONENT=io -DTWICE=ON
       -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON)
refuse("The component io was not found; it needs nlohmann_json 3.10 and utf8proc." ${missing} -DCOMPONENT=io
       -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON)
