# SPDX-License-Identifier: GPL-3.0-or-later
# Which folder may use which: one row for each library, in an order in which a row uses earlier rows
# only. A library links exactly the folders in its row (MlabTargets.cmake), and its files include no
# others (packaging/check_layers.py). A folder without a row does not configure.
#
#   mlab_layer(<folder> [TORCH] [QT_CORE | QT] USES <folders>)
#
# TORCH: its sources see LibTorch. A row without TORCH cannot use one with it.
# QT_CORE: Qt Core and Qt SQL. QT: all of Qt. Other rows build without Qt.

mlab_layer(core/base)
mlab_layer(core/psychometrics USES core/base)
mlab_layer(core/stimulus USES core/base)
mlab_layer(core/trial USES core/base core/psychometrics core/stimulus)
mlab_layer(core/procedures USES core/base core/psychometrics core/trial)
mlab_layer(core/statistics USES core/base)
mlab_layer(core/page USES core/base)
mlab_layer(core/fits USES core/base core/psychometrics)
mlab_layer(core/comparison USES core/base core/fits core/psychometrics core/statistics core/trial)
mlab_layer(core/report USES core/base core/fits core/psychometrics core/trial)
mlab_layer(core/network_report USES core/base core/comparison core/fits core/psychometrics core/report core/statistics core/trial)
mlab_layer(core/document USES core/base core/comparison core/fits core/network_report core/page core/psychometrics core/report core/statistics core/trial)

mlab_layer(data QT_CORE USES core/base core/stimulus core/trial)

mlab_layer(experiments/json USES core/base)
mlab_layer(experiments/graph_source USES core/base core/stimulus experiments/json)
mlab_layer(experiments/design USES core/base core/procedures core/psychometrics core/stimulus
  core/trial experiments/graph_source experiments/json)
mlab_layer(experiments/graph_study USES core/base core/stimulus experiments/design
  experiments/graph_source experiments/json)
mlab_layer(experiments/presentation USES core/base core/stimulus core/trial experiments/design)
mlab_layer(experiments/observers USES core/base core/psychometrics core/stimulus core/trial
  experiments/design experiments/json experiments/presentation)
mlab_layer(experiments/session USES core/base core/procedures core/trial experiments/design
  experiments/observers experiments/presentation)

mlab_layer(stimuli/media USES core/base core/stimulus)
mlab_layer(stimuli/sources USES core/base core/stimulus stimuli/media)
mlab_layer(stimuli/checkpoints USES core/base)
mlab_layer(stimuli/measures USES core/base core/stimulus)
mlab_layer(stimuli/store USES core/base core/stimulus stimuli/checkpoints stimuli/measures
  stimuli/sources)
mlab_layer(stimuli/numerics USES core/base stimuli/store)
mlab_layer(stimuli/worker USES core/base core/stimulus core/trial)
mlab_layer(stimuli/preview USES core/base core/stimulus)
mlab_layer(stimuli/catalog USES core/base core/stimulus stimuli/checkpoints)
mlab_layer(stimuli/graphs/graph USES core/base core/stimulus)
mlab_layer(stimuli/graphs/igraph USES core/base stimuli/graphs/graph)
mlab_layer(stimuli/graphs/builtin USES core/base core/stimulus stimuli/graphs/graph stimuli/graphs/igraph)
mlab_layer(stimuli/graphs/rewiring USES core/base stimuli/graphs/graph)
mlab_layer(stimuli/graphs/drawing USES core/base core/stimulus stimuli/graphs/graph
  stimuli/graphs/igraph)
mlab_layer(stimuli/graphs/measures USES core/base stimuli/graphs/graph stimuli/graphs/igraph
  stimuli/graphs/rewiring)
mlab_layer(stimuli/graphs/files USES core/base core/stimulus stimuli/checkpoints
  stimuli/graphs/graph stimuli/graphs/igraph)
mlab_layer(stimuli/graphs/sources USES core/base core/stimulus stimuli/graphs/builtin
  stimuli/graphs/files stimuli/graphs/graph)
mlab_layer(stimuli/graphs/probes USES core/base core/stimulus core/trial stimuli/graphs/drawing
  stimuli/graphs/files stimuli/graphs/graph stimuli/graphs/rewiring stimuli/measures
  stimuli/sources stimuli/store stimuli/worker)
mlab_layer(stimuli/graphs/architectures USES core/base core/stimulus stimuli/checkpoints)
mlab_layer(stimuli/engine USES core/base core/stimulus core/trial stimuli/graphs/architectures
  stimuli/graphs/graph stimuli/sources stimuli/store stimuli/worker)
mlab_layer(stimuli/distances USES core/base core/stimulus stimuli/catalog stimuli/engine
  stimuli/measures stimuli/sources stimuli/store stimuli/worker)
mlab_layer(stimuli/tensors TORCH USES core/base core/stimulus stimuli/worker)
mlab_layer(stimuli/cochlea TORCH USES core/base core/stimulus stimuli/catalog stimuli/tensors)
mlab_layer(stimuli/spaces TORCH USES core/base core/stimulus stimuli/cochlea stimuli/media
  stimuli/numerics stimuli/tensors)
mlab_layer(stimuli/models TORCH USES core/base core/stimulus stimuli/catalog stimuli/checkpoints
  stimuli/cochlea stimuli/engine stimuli/tensors)
mlab_layer(stimuli/basis TORCH USES core/base core/stimulus stimuli/models stimuli/sources
  stimuli/store stimuli/tensors stimuli/worker)
mlab_layer(stimuli/representations TORCH USES core/base core/stimulus stimuli/basis stimuli/catalog
  stimuli/checkpoints stimuli/engine stimuli/models stimuli/sources stimuli/store stimuli/tensors
  stimuli/worker)
mlab_layer(stimuli/probes TORCH USES core/base core/stimulus core/trial stimuli/basis stimuli/engine
  stimuli/numerics stimuli/sources stimuli/spaces stimuli/store stimuli/tensors stimuli/worker)
mlab_layer(stimuli/distortions TORCH USES core/base core/stimulus core/trial stimuli/engine
  stimuli/models stimuli/numerics stimuli/sources stimuli/spaces stimuli/store stimuli/tensors
  stimuli/worker)
mlab_layer(stimuli/metamers TORCH USES core/base core/stimulus core/trial stimuli/catalog
  stimuli/engine stimuli/models stimuli/numerics stimuli/probes stimuli/sources stimuli/spaces
  stimuli/store stimuli/tensors stimuli/worker)
mlab_layer(stimuli/graphs/networks TORCH USES core/base stimuli/engine stimuli/graphs/architectures
  stimuli/graphs/graph stimuli/tensors)
mlab_layer(stimuli/graphs/training TORCH USES core/base core/stimulus stimuli/engine
  stimuli/graphs/architectures stimuli/graphs/graph stimuli/graphs/networks stimuli/tensors
  stimuli/worker)
mlab_layer(stimuli/graphs/feature_solvers TORCH USES core/base core/stimulus stimuli/engine
  stimuli/graphs/architectures stimuli/graphs/graph stimuli/graphs/networks stimuli/numerics
  stimuli/tensors)
mlab_layer(stimuli/graphs/structure_solvers TORCH USES core/base stimuli/engine
  stimuli/graphs/feature_solvers stimuli/graphs/graph stimuli/graphs/rewiring stimuli/tensors)
mlab_layer(stimuli/graphs/metamers TORCH USES core/base core/stimulus stimuli/engine
  stimuli/graphs/architectures stimuli/graphs/feature_solvers stimuli/graphs/graph
  stimuli/graphs/networks stimuli/graphs/rewiring stimuli/graphs/structure_solvers
  stimuli/tensors)
mlab_layer(stimuli/module TORCH USES core/base core/stimulus stimuli/distortions stimuli/engine
  stimuli/graphs/metamers stimuli/graphs/networks stimuli/graphs/training stimuli/metamers
  stimuli/models stimuli/probes stimuli/representations stimuli/spaces)

mlab_layer(ui/widgets QT USES core/base core/stimulus)
mlab_layer(ui/audio QT USES core/base core/stimulus experiments/presentation)
mlab_layer(ui/trial QT USES core/base core/stimulus core/trial experiments/design
  experiments/presentation ui/audio ui/widgets)
mlab_layer(ui/console QT USES core/base core/stimulus experiments/design experiments/presentation
  ui/audio ui/trial ui/widgets)
mlab_layer(ui/report QT USES core/base core/comparison core/document core/fits core/network_report
  core/report ui/widgets)

mlab_layer(app/program USES core/base core/stimulus core/trial experiments/design stimuli/catalog
  stimuli/graphs/drawing stimuli/graphs/probes stimuli/graphs/sources stimuli/sources stimuli/worker)
mlab_layer(app/batch USES app/program core/base core/stimulus core/trial experiments/design
  experiments/json experiments/session stimuli/catalog stimuli/engine stimuli/measures stimuli/sources stimuli/store
  stimuli/worker)
mlab_layer(app/graph_report USES core/base core/page core/statistics core/stimulus
  experiments/graph_study stimuli/engine stimuli/graphs/drawing stimuli/graphs/files
  stimuli/graphs/graph stimuli/graphs/measures stimuli/graphs/rewiring stimuli/worker)
mlab_layer(app/graphs USES app/batch app/program core/base core/page core/stimulus
  experiments/graph_study experiments/json stimuli/checkpoints stimuli/engine
  stimuli/graphs/architectures stimuli/graphs/files stimuli/graphs/graph stimuli/graphs/sources
  stimuli/store stimuli/worker)
mlab_layer(app/graph_metamers USES app/batch app/graphs app/program core/base core/stimulus
  experiments/graph_study stimuli/engine stimuli/graphs/files stimuli/graphs/graph stimuli/store
  stimuli/worker)
mlab_layer(app/synth USES app/batch app/graph_metamers app/graph_report app/graphs app/program core/base core/stimulus
  experiments/design stimuli/catalog stimuli/engine stimuli/graphs/architectures stimuli/graphs/files
  stimuli/graphs/graph stimuli/media stimuli/preview stimuli/sources stimuli/store
  stimuli/worker)
mlab_layer(app/session QT USES app/program core/base core/stimulus core/trial data experiments/design
  experiments/observers experiments/presentation experiments/session stimuli/catalog
  stimuli/distances stimuli/engine stimuli/sources stimuli/worker ui/audio ui/console ui/trial ui/widgets)
mlab_layer(app/report QT USES app/program core/base core/document core/page core/report core/stimulus core/trial data
  experiments/design stimuli/sources stimuli/store stimuli/worker ui/report)
mlab_layer(app/compare QT USES app/program app/report app/session core/base core/comparison
  core/document core/network_report core/report core/stimulus core/trial data experiments/design
  experiments/json experiments/session stimuli/catalog stimuli/distances stimuli/engine stimuli/measures
  stimuli/sources stimuli/store stimuli/worker)
mlab_layer(app/graph_compare QT USES app/graph_report app/program app/report core/base core/page
  core/psychometrics core/report core/stimulus core/trial data experiments/design experiments/session
  stimuli/engine stimuli/graphs/graph stimuli/graphs/measures stimuli/graphs/probes stimuli/worker)
mlab_layer(app/commands QT USES app/compare app/graph_compare app/graph_report app/program app/report app/session core/base core/document
  core/fits core/report core/procedures core/psychometrics core/stimulus core/trial data
  experiments/design experiments/observers experiments/session stimuli/engine stimuli/store
  stimuli/worker ui/console ui/report ui/widgets)
