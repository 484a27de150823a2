// Empty: a package with functions that have no body needs an assembly file.
