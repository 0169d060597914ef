/// Texts that become other texts: letters → phones, dates → ISO, sentences → sentences. A
/// [Transducer][dev.unroll.task.transduce.Transducer] is trained from pairs.
@NullMarked
package dev.unroll.task.transduce;

import org.jspecify.annotations.NullMarked;
