package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Names.Name;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final Names NAMES = Names.all();

  private static long count(String nationality) {
    return NAMES.names().stream().filter(name -> name.nationality().equals(nationality)).count();
  }

  @Test
  void allNamesAreThere() {
    // Lines of the files.
    assertThat(NAMES.names()).hasSize(20_050);
    assertThat(NAMES.nationalities().size()).isEqualTo(18);
    assertThat(count("Russian")).isEqualTo(9384);
    assertThat(count("Arabic")).isEqualTo(2000);
    assertThat(count("Vietnamese")).isEqualTo(73);
    assertThat(NAMES.names())
        .contains(new Name("Ślusarski", "Polish"), new Name("Khoury", "Arabic"))
        .allMatch(name -> name.name().equals(name.name().strip()) && !name.name().isEmpty());
  }

  @Test
  void distinctNamesAreEachOnce() {
    var distinct = NAMES.distinct();
    assertThat(new HashSet<>(distinct.names())).hasSize(18_012);
    assertThat(distinct.names()).hasSize(18_012);
    assertThat(distinct.letters()).isEqualTo(NAMES.letters());
  }

  @Test
  void bothWaysAround() {
    int i = NAMES.names().indexOf(new Name("Nakamura", "Japanese"));
    var there = NAMES.nationalityOfName().get(i);
    int[] letters = ((Symbols) there.input()).symbols();
    int[] label = ((Symbols) there.target()).symbols();
    assertThat(NAMES.letters().decode(letters)).isEqualTo("Nakamura");
    assertThat(NAMES.nationalities().decode(label)).containsExactly("Japanese");
    var back = NAMES.nameOfNationality().get(i);
    assertThat(((Symbols) back.input()).symbols()).containsExactly(label);
    int[] written = ((Symbols) back.target()).symbols();
    assertThat(NAMES.letters().decode(written)).isEqualTo("Nakamura" + Names.END);
  }
}
