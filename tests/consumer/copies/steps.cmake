# The copies are the same, so the first one serves.
set(copies -DFIRST_COPY=${SOURCE} -DSECOND_COPY=${SOURCE} -DCMAKE_PREFIX_PATH=${prefix})
consume(copies -DFIRST=add -DSECOND=add ${copies})
configure(copies -DFIRST=add -DSECOND=find ${copies})
configure(copies -DFIRST=find -DSECOND=add ${copies})
configure(copies -DFIND_BEFORE=ON -DFIRST=add -DSECOND=find ${copies})

# One copy is of another version: its folder is as much of the library as a configuration reads.
set(other ${WORK}/copies/other)
file(REMOVE_RECURSE ${other})
file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/cmake DESTINATION ${other})
file(READ ${SOURCE}/include/fewclip/version.hpp header)
string(REGEX REPLACE "(version_patch = )[0-9]+" "\\1987" header "${header}")
file(WRITE ${other}/include/fewclip/version.hpp "${header}")
string(REGEX REPLACE "[0-9]+$" "987" other_version ${VERSION})

set(sentence "fewclip: expected one version in a build, got")
set(copies -DFIRST_COPY=${SOURCE} -DSECOND_COPY=${other} -DCMAKE_PREFIX_PATH=${prefix})
refuse("${sentence} ${VERSION} (${SOURCE}/include) and ${other_version} (${other}/include)" copies -DFIRST=add -DSECOND=add ${copies})
refuse("${sentence} ${VERSION} (${prefix}/include) and ${other_version} (${other}/include)"
       copies -DFIND_BEFORE=ON -DFIRST=find -DSECOND=add ${copies})
# Two libraries that do not see each other's copy; the program would get both.
refuse("FEWCLIP_VERSION" copies -DFIRST=find -DSECOND=add ${copies})
set(copies -DFIRST_COPY=${other} -DCMAKE_PREFIX_PATH=${prefix})
refuse("${sentence} ${other_version} (${other}/include) and ${VERSION} (${prefix}/include)" copies -DFIRST=add -DSECOND=find ${copies})
