// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session_sound.h"

#include "app/session/session_choice.h"
#include "app/session/sound_settings.h"
#include "core/base/error.h"
#include "ui/console/headphone_dialog.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace mlab::app {
namespace {

QJsonObject jsonObject(const std::string& text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

} // namespace

std::optional<SessionSound> prepareSound(const LiveSessionOptions& options,
                                         const experiments::Design& design, bool simulated)
{
    const auto* format = design.sounds();
    if (format == nullptr) {
        return std::nullopt;
    }
    SessionSound sound{.settings = options.sound ? *options.sound
                                                 : soundSettings(options.soundOptions, *format),
                       .headphones = {}};
    if (design.headphoneCheck && !simulated) {
        ui::HeadphoneCheckDialog dialog(*design.headphoneCheck, sound.settings, randomSeed());
        if (dialog.exec() != QDialog::Accepted) {
            throw Cancelled();
        }
        sound.headphones = dialog.checks();
    }
    return sound;
}

std::string soundJson(const std::string& deviceJson, const std::optional<SessionSound>& sound)
{
    if (deviceJson.empty()) {
        return {};
    }
    const QJsonObject json{
        {"device", jsonObject(deviceJson)},
        {"headphone_check", sound && !sound->headphones.empty()
                                ? QJsonValue(jsonObject(experiments::toJson(sound->headphones)))
                                : QJsonValue()}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace mlab::app
