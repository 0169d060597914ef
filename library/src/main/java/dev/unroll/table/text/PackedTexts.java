package dev.unroll.table.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import java.util.Arrays;

/// The texts of a column, concatenated as UTF-8, with the end of each: no object for a cell.
public final class PackedTexts {
  /// The length of the largest array on every JVM.
  private static final int MOST = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[1 << 10];
  private int[] ends = new int[1 << 7];
  private int count;

  public int count() {
    return count;
  }

  public int from(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  public int to(int row) {
    return ends[row];
  }

  public byte[] bytes() {
    return bytes;
  }

  public String text(int row) {
    return new String(bytes, from(row), to(row) - from(row), UTF_8);
  }

  public void add(String text) {
    add(text.toCharArray(), 0, text.length());
  }

  /// Appends a cell; an unpaired surrogate becomes `?`, as everywhere in Java.
  public void add(char[] text, int from, int length) {
    int at = count == 0 ? 0 : ends[count - 1];
    room(at, length);
    for (int i = from; i < from + length; i++) {
      char c = text[i];
      if (c < 0x80) {
        bytes[at++] = (byte) c;
      } else {
        byte[] rest = new String(text, i, from + length - i).getBytes(UTF_8);
        System.arraycopy(rest, 0, bytes, at, rest.length);
        at += rest.length;
        break;
      }
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, grown(count, count + 1L));
    }
    ends[count++] = at;
  }

  private void room(int at, int length) {
    long needed = at + 3L * length; // a char takes at most three bytes
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, grown(bytes.length, needed));
    }
  }

  private static int grown(int now, long needed) {
    if (needed > MOST) {
      throw new DataException(
          "A column has more than 2 billion bytes of text; divide the file.");
    }
    return (int) Math.min(MOST, Math.max(needed, now + (now >> 1)));
  }

  /// Frees unused memory.
  public void trim() {
    bytes = Arrays.copyOf(bytes, count == 0 ? 0 : ends[count - 1]);
    ends = Arrays.copyOf(ends, count);
  }
}
