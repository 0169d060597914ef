import dev.unroll.spark.each.ClassifyEach
import dev.unroll.spark.table.{ModelTransformer, TableModel}
import dev.unroll.spark.training.RecurrentClassifier
import dev.unroll.task.Effort
import org.apache.spark.ml.{Pipeline, PipelineModel}
import org.apache.spark.sql.{DataFrame, SparkSession}

/** The ML API from Scala: `ScalaTest` compiles and runs it. Its argument is a folder. */
object Faults {
  def main(arguments: Array[String]): Unit = {
    val spark = SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false")
      .getOrCreate()
    val folder = arguments(0)
    val trained = pipeline(spark, folder)
    println(trained.columns.mkString(","))
    println(trained.collect().sameElements(stage(spark, folder).collect()))
    println(each(spark).select("machine", "source").collect().mkString(","))
    spark.stop()
  }

  def cycles(spark: SparkSession): DataFrame = {
    import spark.implicits._
    (0 until 40)
      .map(i =>
        (i, Seq.tabulate(4 + i % 3, 2)((t, f) => (if (i % 2 == 0) 1f else 3f) * ((i + t + f) % 5)),
          if (i % 2 == 0) "ok" else "fault"))
      .toDF("id", "vibration", "state")
  }

  /** Trains a model in a pipeline, saves it, loads it and returns its answers. */
  def pipeline(spark: SparkSession, folder: String): DataFrame = {
    val table = cycles(spark)
    val classifier = new RecurrentClassifier()
      .setInputCol("vibration").setLabelCol("state").setClassCol("class")
      .setHidden(4).setEpochs(2).setMembers(2).setCheckpointFolder(folder)
    new Pipeline().setStages(Array(classifier)).fit(table).write.save(folder + "/pipeline")
    PipelineModel.load(folder + "/pipeline").transform(table).orderBy("id")
  }

  /** The same model as a stage that someone makes of its file. */
  def stage(spark: SparkSession, folder: String): DataFrame = {
    val trained = PipelineModel.load(folder + "/pipeline").stages.head
      .asInstanceOf[ModelTransformer]
    new ModelTransformer(TableModel.of(trained.model.toBytes, "the model"))
      .setInputCol("vibration").setClassCol("class").transform(cycles(spark)).orderBy("id")
  }

  /** A classifier for each of two machines. */
  def each(spark: SparkSession): DataFrame = {
    val table = cycles(spark).selectExpr("id % 2 as machine", "vibration",
      "if(id % 4 < 2, 'ok', 'fault') as state")
    val classifiers = ClassifyEach.of().fewest(10)
      .training(o => o.effort(Effort.QUICK).epochs(1))
      .train(table, "machine", "vibration", "state")
    classifiers.figures().orderBy("machine")
  }
}
