package dev.unroll.bench;

import dev.unroll.Engine;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import peers.Case;
import peers.Data;
import peers.Peer;

/// One case on the rivals' numbers, through the layers as a user has them.
final class UnrollSession implements Peer.Session {
  private final Case c;
  private final PeerCell cell;
  private final Parameters parameters = new Parameters();
  private final Engine engine;
  private final Stepper stepper;
  private final LayerRun run;
  private final Rows x;
  private final Rows ones;
  private State state;
  private Rows y;
  private Rows dx;
  private long draw;

  UnrollSession(String peer, PeerCell cell, Case c, Data d) {
    this.c = c;
    this.cell = cell;
    // Vector code is compiled before it is timed, not beside it.
    System.setProperty("unroll.warmup", System.getProperty("unroll.warmup", "eager"));
    engine = peer.equals("unroll-scalar")
        ? new Engine(Providers.scalar(), Threads.of(c.threads()))
        : Engine.of(c.threads());
    var layers = new ArrayList<Recurrent>();
    for (int k = 0; k < c.l(); k++) {
      layers.add(new Recurrent("layer" + k, cell.cell(), Dimensions.of(c.in(k), c.h()), parameters,
          c.train() ? cell.maskDrop() : 0, CounterRandom.of(1)));
    }
    parameters.freeze();
    layers.forEach(Recurrent::initialize);
    for (int k = 0; k < c.l(); k++) {
      fill(k, d);
    }
    var stack = new Stack(layers);
    stepper = new Stepper(stack, engine, 1);
    state = stepper.initial();
    run = stack.run(engine, Bounds.of(c.t(), c.b(), c.train()));
    run.load();
    x = new Rows(d.x, 0, c.i());
    ones = Rows.allocate(c.t() * c.b(), c.h());
    Arrays.fill(ones.array(), 1f);
    y = Rows.allocate(1, c.h());
    dx = x;
    Warmup.run(this::call);
    // A step continues from the state of the call before; measuring starts at zero.
    state = stepper.initial();
  }

  /// Splits the rivals' stacked gates into the cell's parameters.
  private void fill(int layer, Data d) {
    int h = c.h();
    for (int g = 0; g < cell.gates().size(); g++) {
      var gate = cell.gates().get(g);
      put(layer, gate.w(), d.wx[layer], g * h * c.in(layer));
      put(layer, gate.u(), d.wh[layer], g * h * h);
      put(layer, gate.bias(), d.bx[layer], g * h);
      if (gate.recurrentBias().isEmpty()) {
        var bias = block(layer, gate.bias());
        for (int i = 0; i < h; i++) {
          parameters.values()[bias.offset() + i] += d.bh[layer][g * h + i];
        }
      } else {
        put(layer, gate.recurrentBias(), d.bh[layer], g * h);
      }
    }
  }

  private void put(int layer, String name, float[] from, int offset) {
    var block = block(layer, name);
    System.arraycopy(from, offset, parameters.values(), block.offset(), block.length());
  }

  private Parameters.Block block(int layer, String name) {
    return Objects.requireNonNull(parameters.byName().get("layer" + layer + "." + name), name);
  }

  @Override
  public void call() {
    if (c.step()) {
      stepper.step(x.array(), 0, state, y.array(), 0, state);
      return;
    }
    if (c.train()) {
      Arrays.fill(parameters.gradients(), 0f);
      run.load();
    }
    var span = Span.of(c.t(), draw++);
    y = run.forward(x, span);
    if (c.train()) {
      dx = run.backward(ones, span);
    }
  }

  @Override
  public Map<String, float[]> results() {
    var results = new LinkedHashMap<String, float[]>();
    results.put("y", copy(y, c.h()));
    if (c.train()) {
      results.put("dx", copy(dx, c.i()));
      results.put("dwx", gradient(cell.gates().stream().map(PeerCell.Gate::w).toList()));
      results.put("dwh", gradient(cell.gates().stream().map(PeerCell.Gate::u).toList()));
      // Of the recurrent bias, as the rivals report it.
      results.put("db", gradient(cell.gates().stream()
          .map(g -> g.recurrentBias().isEmpty() ? g.bias() : g.recurrentBias()).toList()));
    }
    return results;
  }

  private float[] copy(Rows rows, int columns) {
    var all = new float[c.t() * c.b() * columns];
    for (int r = 0; r < c.t() * c.b(); r++) {
      System.arraycopy(rows.array(), rows.offset() + r * rows.columns(), all, r * columns, columns);
    }
    return all;
  }

  /// The gradients of the first layer's parameters, one under another.
  private float[] gradient(List<String> names) {
    int length = names.stream().mapToInt(name -> block(0, name).length()).sum();
    var all = new float[length];
    int at = 0;
    for (var name : names) {
      var block = block(0, name);
      System.arraycopy(parameters.gradients(), block.offset(), all, at, block.length());
      at += block.length();
    }
    return all;
  }

  @Override
  public String info() {
    return "Unroll %s, %d bytes planned".formatted(engine, run.bytes());
  }

  @Override
  public void close() {
    engine.close();
  }
}
