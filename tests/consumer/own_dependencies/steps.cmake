consume(own_dependencies -DWAY=add -DFEWCLIP_SOURCE=${SOURCE} -DEIGEN_INCLUDE_DIR=${EIGEN})
configure(own_dependencies -DWAY=find -DCMAKE_PREFIX_PATH=${prefix} -DEIGEN_INCLUDE_DIR=${EIGEN})
