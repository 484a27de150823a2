package main

import "os"

func Example_table() {
	r := report{
		result: result{
			numbers: numbers{111, 123456, 3456, 9876},
			Dirs:    12,
			Other:   1,
			Skipped: 1,
			Extensions: map[string]numbers{
				".go":       {100, 120000, 3400, 9800},
				".s":        {5, 3000, 50, 70},
				".a":        {4, 228, 3, 3},
				".b":        {1, 228, 3, 3},
				noExtension: {1, 0, 0, 0},
			},
		},
		Backend:        "atomic",
		Rejections:     []rejection{{"rseq", "percpu: built with tag norseq:\nnot supported"}},
		Workers:        2,
		Seconds:        0.25,
		BytesPerSecond: 493824,
		FilesPerSecond: 444,
		Verification:   &verification{Numbers: 27},
	}
	_ = r.writeTable(os.Stdout, 3)
	// Output:
	//   extension  files   bytes  lines  words
	//         .go    100  120000   3400   9800
	//          .s      5    3000     50     70
	//          .a      4     228      3      3
	//      2 more      2     228      3      3
	//       total    111  123456   3456   9876
	//        dirs     12
	//       other      1
	//     skipped      1
	//
	// not rseq: percpu: built with tag norseq:; not supported
	// backend atomic, 2 workers, 0.250s: 0.5 MB/s, 444 files/s
	// verify: 27 numbers equal
}

func Example_tableOfAll() {
	r := report{
		Interrupted: true,
		result: result{
			numbers:    numbers{2, 3, 0, 1},
			Extensions: map[string]numbers{".a": {1, 1, 0, 1}, ".b": {1, 2, 0, 0}},
		},
		Backend:      "rseq",
		Workers:      1,
		Verification: &verification{Numbers: 3, Differences: []string{"files: counted 2, verified 3"}},
	}
	_ = r.writeTable(os.Stdout, 0)
	// Output:
	// interrupted: the trees have not been counted to the end
	//
	//   extension  files  bytes  lines  words
	//          .b      1      2      0      0
	//          .a      1      1      0      1
	//       total      2      3      0      1
	//        dirs      0
	//       other      0
	//     skipped      0
	//
	// backend rseq, 1 workers, 0.000s: 0.0 MB/s, 0 files/s
	// verify: 1 of 3 numbers differ
}
