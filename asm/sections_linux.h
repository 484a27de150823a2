// A variant's leaves with sections: all operations, their abort handlers and
// descriptors, and the table of them in the order of leaf.go's list.

#ifdef GOARCH_amd64
#include "section_linux_amd64.h"
#include "cells_linux_amd64.h"
#include "guarded_linux_amd64.h"
#include "stacks_linux_amd64.h"
#include "rows_linux_amd64.h"
#endif
#ifdef GOARCH_arm64
#include "section_linux_arm64.h"
#include "cells_linux_arm64.h"
#include "guarded_linux_arm64.h"
#include "stacks_linux_arm64.h"
#include "rows_linux_arm64.h"
#endif

#define LEAF(i, start, section, commit, abort, arguments) \
	ABORT(abort, start, arguments) \
	DESCRIPTOR(section, start, commit, abort) \
	DATA LEAVES+(16*i)(SB)/8, $start(SB) \
	DATA LEAVES+(16*i+8)(SB)/8, $section(SB)

LEAF(0, ·add<>, ·addSection<>, addCommit, ·addAbort<>, 24)
LEAF(1, ·addFloat64<>, ·addFloat64Section<>, addFloat64Commit, ·addFloat64Abort<>, 24)
LEAF(2, ·step<>, ·stepSection<>, stepCommit, ·stepAbort<>, 24)
LEAF(3, ·leave<>, ·leaveSection<>, leaveCommit, ·leaveAbort<>, 24)
LEAF(4, ·addIfZero<>, ·addIfZeroSection<>, addIfZeroCommit, ·addIfZeroAbort<>, 40)
LEAF(5, ·take<>, ·takeSection<>, takeCommit, ·takeAbort<>, 32)
LEAF(6, ·nextInBlock<>, ·nextInBlockSection<>, nextInBlockCommit, ·nextInBlockAbort<>, 32)
LEAF(7, ·max<>, ·maxSection<>, maxCommit, ·maxAbort<>, 24)
LEAF(8, ·push<>, ·pushSection<>, pushCommit, ·pushAbort<>, 40)
LEAF(9, ·pop<>, ·popSection<>, popCommit, ·popAbort<>, 40)
LEAF(10, ·pushBatch<>, ·pushBatchSection<>, pushBatchCommit, ·pushBatchAbort<>, 32)
LEAF(11, ·popBatch<>, ·popBatchSection<>, popBatchCommit, ·popBatchAbort<>, 32)
LEAF(12, ·observe<>, ·observeSection<>, observeCommit, ·observeAbort<>, 32)
DATA LEAVES+(16*13)(SB)/8, $·part<>(SB)
GLOBL LEAVES(SB), RODATA|NOPTR, $224

// TABLE is func() *leafTable.
TEXT TABLE(SB), NOSPLIT, $0-8
	RETURN_ADDRESS(LEAVES)
