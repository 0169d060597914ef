package dev.unroll.onnx.export;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The attributes of a Scan over the first axis that puts out one sequence.
final class ScanAttributes {
  private ScanAttributes() {}

  /// @param sequences how many it reads
  /// @param backward whether it goes from the last step to the first
  static Map<String, Object> of(GraphBuilder body, String name, int sequences, boolean backward) {
    var directions = new long[sequences];
    Arrays.fill(directions, backward ? 1 : 0);
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("body", body.buildInner(name + "/step"));
    attributes.put("num_scan_inputs", (long) sequences);
    attributes.put("scan_input_directions", directions);
    attributes.put("scan_output_directions", new long[] {backward ? 1 : 0});
    return attributes;
  }
}
