// A variant's leaves with sections: all operations, their abort handlers and
// descriptors, and the table of them in the order of spec.go's list.

#include "section_linux_arm64.h"
#include "cells_linux_arm64.h"
#include "guarded_linux_arm64.h"
#include "stacks_linux_arm64.h"

ABORT(·addAbort<>, ·add<>, 24)
ABORT(·addFloat64Abort<>, ·addFloat64<>, 24)
ABORT(·enterAbort<>, ·enter<>, 24)
ABORT(·leaveAbort<>, ·leave<>, 24)
ABORT(·addIfZeroAbort<>, ·addIfZero<>, 40)
ABORT(·pushAbort<>, ·push<>, 40)
ABORT(·popAbort<>, ·pop<>, 40)
ABORT(·pushBatchAbort<>, ·pushBatch<>, 32)
ABORT(·popBatchAbort<>, ·popBatch<>, 32)

DESCRIPTOR(·addSection<>, ·add<>, addCommit, ·addAbort<>)
DESCRIPTOR(·addFloat64Section<>, ·addFloat64<>, addFloat64Commit, ·addFloat64Abort<>)
DESCRIPTOR(·enterSection<>, ·enter<>, enterCommit, ·enterAbort<>)
DESCRIPTOR(·leaveSection<>, ·leave<>, leaveCommit, ·leaveAbort<>)
DESCRIPTOR(·addIfZeroSection<>, ·addIfZero<>, addIfZeroCommit, ·addIfZeroAbort<>)
DESCRIPTOR(·pushSection<>, ·push<>, pushCommit, ·pushAbort<>)
DESCRIPTOR(·popSection<>, ·pop<>, popCommit, ·popAbort<>)
DESCRIPTOR(·pushBatchSection<>, ·pushBatch<>, pushBatchCommit, ·pushBatchAbort<>)
DESCRIPTOR(·popBatchSection<>, ·popBatch<>, popBatchCommit, ·popBatchAbort<>)

#define LEAF(i, start, section) \
	DATA LEAVES+(16*i)(SB)/8, $start(SB) \
	DATA LEAVES+(16*i+8)(SB)/8, $section(SB)

LEAF(0, ·add<>, ·addSection<>)
LEAF(1, ·addFloat64<>, ·addFloat64Section<>)
LEAF(2, ·enter<>, ·enterSection<>)
LEAF(3, ·leave<>, ·leaveSection<>)
LEAF(4, ·addIfZero<>, ·addIfZeroSection<>)
LEAF(5, ·push<>, ·pushSection<>)
LEAF(6, ·pop<>, ·popSection<>)
LEAF(7, ·pushBatch<>, ·pushBatchSection<>)
LEAF(8, ·popBatch<>, ·popBatchSection<>)
GLOBL LEAVES(SB), RODATA|NOPTR, $144
