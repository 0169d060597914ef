package dev.unroll.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StampsTest {
  private static LocalDateTime time(String text) {
    var stamps = Stamps.read(List.of(text), row -> "line " + (row + 2)).stamps();
    return TimeStep.time(stamps[0]);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      2016-07-01                      | 2016-07-01T00:00
      2016-07-01 13:05                | 2016-07-01T13:05
      2016-07-01 13:05:09             | 2016-07-01T13:05:09
      2016-07-01T13:05:09.25          | 2016-07-01T13:05:09.250
      2016-07-01T13:05:09,123456      | 2016-07-01T13:05:09.123
      2016-07-01T13:05:09Z            | 2016-07-01T13:05:09
      2016-07-01T00:30:00+02:00       | 2016-06-30T22:30
      2016-07-01 00:30:00-0530        | 2016-07-01T06:00
      2016-07-01 00:30:00 UTC         | 2016-07-01T00:30
      2016-07-01T24:00                | 2016-07-02T00:00
      2016/7/1 3:05                   | 2016-07-01T03:05
      2016.07.01                      | 2016-07-01T00:00
      2016-07                         | 2016-07-01T00:00
      2016/07                         | 2016-07-01T00:00
      2016-Q3                         | 2016-07-01T00:00
      2016Q3                          | 2016-07-01T00:00
      2016                            | 2016-01-01T00:00
      20160701                        | 2016-07-01T00:00
      12/31/2016                      | 2016-12-31T00:00
      31/12/2016 12:00 AM             | 2016-12-31T00:00
      12/31/2016 12:30 pm             | 2016-12-31T12:30
      12/31/2016 1:30 PM              | 2016-12-31T13:30
      1.7.2016                        | 2016-07-01T00:00
      31-12-2016                      | 2016-12-31T00:00
      1467331200                      | 2016-07-01T00:00
      1467331200000                   | 2016-07-01T00:00
      1467331200.5                    | 2016-07-01T00:00:00.500
      2016-02-29                      | 2016-02-29T00:00
      11-Feb-2024 15:00               | 2024-02-11T15:00
      1 February 2024                 | 2024-02-01T00:00
      Feb 1, 2024 3:05 PM             | 2024-02-01T15:05
      01-Jan-24                       | 2024-01-01T00:00
      Jan 2024                        | 2024-01-01T00:00
      01.02.24                        | 2024-02-01T00:00
      31/12/99 13:00                  | 1999-12-31T13:00
      202401010100                    | 2024-01-01T01:00
      20240101010059                  | 2024-01-01T01:00:59
      20240101T010059Z                | 2024-01-01T01:00:59
      2024-07-01T02:00+02:00[Europe/Berlin] | 2024-07-01T00:00
      2024-07-01T02:00[Europe/Berlin] | 2024-07-01T00:00
      2024-07-01 02:00 Europe/Berlin  | 2024-07-01T00:00
      2024-07-01T02:00Z[UTC]          | 2024-07-01T02:00
      """)
  void theUsualFormsAreRead(String text, String expected) {
    assertThat(time(text)).isEqualTo(LocalDateTime.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({"2015-02-29", "2016-13-01", "2016-07-01x", "2016-07-01 25:00", "2016-07-01 1:5",
    "2016-07-01 13:61", "31/31/2016", "13:00", "foo", "31-Foo-2024",
    "2024-07-01T02:00[Europe/Nowhere]", "20241301010059", "2016-Q5", "123",
    "'2016-07-01 13:00 PM'"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> time(text)).isInstanceOf(DataException.class)
        .hasMessageStartingWith("line 2: \"" + text + "\" is no time stamp in a form that is known;"
            + " expected one of yyyy-MM-dd, ");
  }

  @Test
  void theFirstThatIsWrittenInAnotherWayIsNamedWithTheFormThatWasTried() {
    var texts = List.of("2016-07-01 00:00", "2016-07-01 01:00", "July 1st", "2016-07-01 03:00");
    assertThatThrownBy(() -> Stamps.read(texts, row -> "load.csv, line " + (row + 2)))
        .hasMessage(
            "load.csv, line 4: \"July 1st\" is no time stamp in the form of \"2016-07-01 01:00\" in"
                + " the row before; correct it, or remove the row.");
  }

  /// 1/2, 2/2, 3/2 … are days of February where months come last, and months a day apart where
  /// first.
  @Test
  void monthAndDayTakeThePlacesThatGiveEvenSteps() {
    var days = List.of("1/2/2016", "2/2/2016", "3/2/2016", "4/2/2016");
    var read = Stamps.read(days, row -> "");
    assertThat(read.otherwise()).isNotNull();
    assertThat(TimeStep.time(read.stamps()[0])).isEqualTo(LocalDateTime.parse("2016-01-02T00:00"));
    var decided = List.of("1/2/2016", "2/2/2016", "3/2/2016", "4/2/2016", "5/2/2016", "6/2/2016",
        "7/2/2016", "8/2/2016", "9/2/2016", "10/2/2016", "11/2/2016", "12/2/2016", "13/2/2016");
    assertThat(Stamps.read(decided, row -> "").form()).isEqualTo(StampForm.DAY_MONTH_YEAR);
    var uneven = List.of("1/11/2016", "1/12/2016", "2/1/2016", "2/2/2016", "1/10/2016", "1/9/2016");
    assertThat(Stamps.read(uneven, row -> "").form()).isEqualTo(StampForm.MONTH_DAY_YEAR);
  }
}
