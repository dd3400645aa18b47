;; The inner loops of decoding: grey of colours, weighted sums of rows, rows for columns. 16 values at once.
;; `npx tsx scripts/kernel.ts` turns this into kernel-bytes.ts; a test holds the two together.
(module
  (memory (export "memory") 16)

  ;; Grey by Rec. 601 in parts of 65,536: `count` pixels of three bytes to one byte each.
  (func (export "luma") (param $from i32) (param $count i32) (param $to i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (local.get $count)))
    (block $done
      (loop $pixel
        (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
        (i32.store8 (local.get $to)
          (i32.shr_u
            (i32.add
              (i32.add
                (i32.mul (i32.load8_u (local.get $from)) (i32.const 19595))
                (i32.mul (i32.load8_u offset=1 (local.get $from)) (i32.const 38470)))
              (i32.add
                (i32.mul (i32.load8_u offset=2 (local.get $from)) (i32.const 7471))
                (i32.const 32768)))
            (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 3)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $pixel))))

  ;; `places` rows of `stride` bytes, each the sum of `taps` (an even number of) rows: their numbers are i32, their weights i16 in
  ;; parts of 16,384. What is read and written beyond the last row, at most 15 bytes, is the caller's to spare.
  (func (export "weigh")
    (param $from i32) (param $stride i32) (param $rows i32) (param $weights i32) (param $taps i32) (param $places i32) (param $to i32)
    (local $column i32) (local $row i32) (local $weight i32) (local $last i32) (local $at i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $one v128) (local $other v128) (local $pair v128) (local $both v128)
    (block $done
      (loop $place
        (br_if $done (i32.eqz (local.get $places)))
        (local.set $last (i32.add (local.get $rows) (i32.shl (local.get $taps) (i32.const 2))))
        (local.set $column (i32.const 0))
        (loop $columns
          (local.set $a (v128.const i32x4 8192 8192 8192 8192))
          (local.set $b (local.get $a))
          (local.set $c (local.get $a))
          (local.set $d (local.get $a))
          (local.set $row (local.get $rows))
          (local.set $weight (local.get $weights))
          (local.set $at (i32.add (local.get $from) (local.get $column)))
          (loop $tap
            (local.set $one (v128.load (i32.add (local.get $at)
              (i32.mul (i32.load (local.get $row)) (local.get $stride)))))
            (local.set $other (v128.load (i32.add (local.get $at)
              (i32.mul (i32.load offset=4 (local.get $row)) (local.get $stride)))))
            (local.set $pair (v128.load32_splat (local.get $weight)))
            (local.set $both (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $one) (local.get $other)))
            (local.set $a (i32x4.add (local.get $a)
              (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $both)) (local.get $pair))))
            (local.set $b (i32x4.add (local.get $b)
              (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $both)) (local.get $pair))))
            (local.set $both (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $one) (local.get $other)))
            (local.set $c (i32x4.add (local.get $c)
              (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $both)) (local.get $pair))))
            (local.set $d (i32x4.add (local.get $d)
              (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $both)) (local.get $pair))))
            (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
            (local.set $row (i32.add (local.get $row) (i32.const 8)))
            (br_if $tap (i32.lt_u (local.get $row) (local.get $last))))
          (v128.store (i32.add (local.get $to) (local.get $column))
            (i8x16.narrow_i16x8_u
              (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 14)) (i32x4.shr_s (local.get $b) (i32.const 14)))
              (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 14)) (i32x4.shr_s (local.get $d) (i32.const 14)))))
          (local.set $column (i32.add (local.get $column) (i32.const 16)))
          (br_if $columns (i32.lt_u (local.get $column) (local.get $stride))))
        (local.set $rows (local.get $last))
        (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $taps) (i32.const 1))))
        (local.set $to (i32.add (local.get $to) (local.get $stride)))
        (local.set $places (i32.sub (local.get $places) (i32.const 1)))
        (br $place))))

  ;; Pixels `[height, width, channels]` as `[width, height, channels]`.
  (func (export "transpose")
    (param $from i32) (param $height i32) (param $width i32) (param $channels i32) (param $to i32)
    (local $x i32) (local $c i32) (local $line i32) (local $at i32)
    (local.set $line (i32.mul (local.get $height) (local.get $channels)))
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $height)))
        (local.set $at (local.get $to))
        (local.set $x (local.get $width))
        (loop $pixel
          (local.set $c (i32.const 0))
          (loop $channel
            (i32.store8 (i32.add (local.get $at) (local.get $c)) (i32.load8_u (local.get $from)))
            (local.set $from (i32.add (local.get $from) (i32.const 1)))
            (local.set $c (i32.add (local.get $c) (i32.const 1)))
            (br_if $channel (i32.lt_u (local.get $c) (local.get $channels))))
          (local.set $at (i32.add (local.get $at) (local.get $line)))
          (local.set $x (i32.sub (local.get $x) (i32.const 1)))
          (br_if $pixel (local.get $x)))
        (local.set $to (i32.add (local.get $to) (local.get $channels)))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $row)))))
