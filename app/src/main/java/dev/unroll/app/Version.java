package dev.unroll.app;

import picocli.CommandLine.IVersionProvider;

/// The version, from the jar's manifest.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "unroll %s, Java %s".formatted(text(), Runtime.version())
    };
  }

  public static String text() {
    var version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
