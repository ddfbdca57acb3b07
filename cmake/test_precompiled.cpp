// The unit that carries the precompiled header of the tests.
