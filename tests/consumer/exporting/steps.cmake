configure(exporting -DFEWCLIP_SOURCE=${SOURCE})
set(prefix ${WORK}/exporting/prefix)
install_twice(${WORK}/exporting/build)
consume(exported -DCMAKE_PREFIX_PATH=${prefix})
# Whoever has fewclip already may leave it out of the installation, and a package in a build tree needs none.
configure(exporting -DFEWCLIP_SOURCE=${SOURCE} -DFEWCLIP_INSTALL=OFF)
configure(exported -Dmine_DIR=${WORK}/exporting/build -DCMAKE_PREFIX_PATH=${prefix})
